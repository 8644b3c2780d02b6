package dev.panda.transformer.jinja;

import java.util.ArrayList;
import java.util.List;

/** A statement, which writes or assigns. */
interface Statement {
  /** The line in the template. */
  int line();

  Body.End execute(Scope scope);

  /** Text of the template. */
  record Data(int line, Text text) implements Statement {
    @Override
    public Body.End execute(Scope scope) {
      scope.run().output().add(text);
      return Body.End.REACHED;
    }
  }

  /** {@code {{ a }}}. */
  record Print(int line, Expression value) implements Statement {
    @Override
    public Body.End execute(Scope scope) {
      scope.run().output().add(Printer.str(scope.run(), value.in(scope)));
      return Body.End.REACHED;
    }
  }

  /** {@code if}, with a branch for each condition; the branch for else has the condition true. */
  record If(int line, List<Expression> conditions, List<Body> branches) implements Statement {
    @Override
    public Body.End execute(Scope scope) {
      for (int i = 0; i < conditions.size(); i++) {
        if (Types.truth(conditions.get(i).in(scope))) {
          return branches.get(i).run(scope);
        }
      }
      return Body.End.REACHED;
    }
  }

  /** {@code set target = value}. */
  record Set(int line, Target target, Expression value) implements Statement {
    @Override
    public Body.End execute(Scope scope) {
      target.assign(scope, value.in(scope));
      return Body.End.REACHED;
    }
  }

  /** A body whose text becomes a value: of a variable, or of the output after a filter. */
  record Captured(int line, Target target, List<Filter> filters, Body body) implements Statement {
    /** A filter's name and arguments. */
    record Filter(String name, Expression.ArgumentList arguments) {}

    @Override
    public Body.End execute(Scope scope) {
      Object value = scope.run().capture(() -> body.run(scope.inner()));
      for (Filter filter : filters) {
        Arguments arguments = filter.arguments().in(scope).after(value);
        value = Filters.get(filter.name()).call(scope.run(), arguments);
      }
      target.assign(scope, value);
      return Body.End.REACHED;
    }
  }

  /** {@code with}, or a generation block: a body with names of its own. */
  record With(int line, List<Target> targets, List<Expression> values, Body body)
      implements Statement {
    @Override
    public Body.End execute(Scope scope) {
      Scope inner = scope.inner();
      List<Object> evaluated = new ArrayList<>();
      values.forEach(value -> evaluated.add(value.in(scope)));
      for (int i = 0; i < targets.size(); i++) {
        targets.get(i).assign(inner, evaluated.get(i));
      }
      return body.run(inner);
    }
  }

  /** {@code macro}. */
  record MacroDefinition(int line, Macro.Definition macro) implements Statement {
    @Override
    public Body.End execute(Scope scope) {
      scope.set(macro.name(), new Macro(macro, scope));
      return Body.End.REACHED;
    }
  }

  /** {@code call}: a call that gets the body as {@code caller}. */
  record CallBlock(int line, Expression.Call call, Macro.Definition body) implements Statement {
    @Override
    public Body.End execute(Scope scope) {
      Object callee = call.callee().in(scope);
      Arguments arguments = call.arguments().in(scope).with("caller", new Macro(body, scope));
      Object value = Expression.Call.call(scope, callee, arguments);
      scope.run().output().add(Printer.str(scope.run(), value));
      return Body.End.REACHED;
    }
  }

  /** {@code break} or {@code continue}. */
  record Jump(int line, Body.End end) implements Statement {
    @Override
    public Body.End execute(Scope scope) {
      return end;
    }
  }

  /** A tag that jinja2 has, but that chat templates cannot use. */
  record Refused(int line, String tag) implements Statement {
    @Override
    public Body.End execute(Scope scope) {
      throw new TemplateException("tag " + tag + ": not available to chat templates");
    }
  }

  /**
   * {@code for}.
   *
   * @param condition which items the loop runs for; Java's null if for all
   * @param otherwise runs if the loop has no items
   */
  record For(
      int line,
      Target target,
      Expression items,
      Expression condition,
      boolean recursive,
      Body body,
      Body otherwise)
      implements Statement {
    @Override
    public Body.End execute(Scope scope) {
      loop(scope, items.in(scope), 0);
      return Body.End.REACHED;
    }

    private void loop(Scope scope, Object values, int depth) {
      Run run = scope.run();
      Object chosen = condition == null ? values : chosen(scope, values);
      Loop loop =
          new Loop(
              run,
              chosen,
              depth,
              recursive ? (more, deeper) -> run.capture(() -> loop(scope, more, deeper)) : null);
      if (!loop.hasNext()) {
        otherwise.run(scope.inner());
      }
      Body.End end = Body.End.REACHED;
      while (end != Body.End.BREAK && loop.hasNext()) {
        Scope turn = scope.inner();
        target.assign(turn, loop.next());
        turn.set("loop", loop);
        end = body.run(turn);
      }
    }

    /** Chooses items one by one, as the body may change what the condition reads. */
    private Object chosen(Scope scope, Object values) {
      return new LazyValue(
          () ->
              LazyValue.filtered(
                  Sequences.iterate(scope.run(), values),
                  item -> {
                    Scope inner = scope.inner();
                    target.assign(inner, item);
                    return Types.truth(condition.in(inner));
                  },
                  item -> item));
    }
  }
}
