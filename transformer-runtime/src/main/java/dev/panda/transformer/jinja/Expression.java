package dev.panda.transformer.jinja;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** An expression, which has a value in a scope. */
interface Expression {
  Object evaluate(Scope scope);

  /** The value; counts a step. */
  default Object in(Scope scope) {
    scope.run().step();
    return evaluate(scope);
  }

  private static List<Object> values(Scope scope, List<Expression> expressions) {
    scope.run().charge((long) Run.ITEM * (1 + expressions.size()));
    List<Object> values = new ArrayList<>(expressions.size());
    for (Expression expression : expressions) {
      values.add(expression.in(scope));
    }
    return values;
  }

  /** A constant. */
  record Literal(Object value) implements Expression {
    @Override
    public Object evaluate(Scope scope) {
      return value;
    }
  }

  /** A variable or function. */
  record Name(String name) implements Expression {
    @Override
    public Object evaluate(Scope scope) {
      return scope.get(name);
    }
  }

  /** {@code [a, b]}. */
  record ListOf(List<Expression> items) implements Expression {
    @Override
    public Object evaluate(Scope scope) {
      return new ListValue(values(scope, items));
    }
  }

  /** {@code (a, b)}. */
  record TupleOf(List<Expression> items) implements Expression {
    @Override
    public Object evaluate(Scope scope) {
      return TupleValue.of(values(scope, items));
    }
  }

  /** {@code {a: b}}. */
  record DictOf(List<Expression> keys, List<Expression> values) implements Expression {
    @Override
    public Object evaluate(Scope scope) {
      scope.run().charge(Run.ITEM);
      DictValue dict = new DictValue();
      for (int i = 0; i < keys.size(); i++) {
        dict.put(scope.run(), keys.get(i).in(scope), values.get(i).in(scope));
      }
      return dict;
    }
  }

  /** {@code a.name}. */
  record Attribute(Expression of, String name) implements Expression {
    @Override
    public Object evaluate(Scope scope) {
      return Attributes.attribute(scope.run(), of.in(scope), name);
    }
  }

  /** {@code a[index]}. */
  record Item(Expression of, Expression index) implements Expression {
    @Override
    public Object evaluate(Scope scope) {
      return Attributes.item(scope.run(), of.in(scope), index.in(scope));
    }
  }

  /** {@code start:stop:step} within an index. */
  record SliceOf(Expression start, Expression stop, Expression step) implements Expression {
    @Override
    public Object evaluate(Scope scope) {
      return new Sequences.Slice(start.in(scope), stop.in(scope), step.in(scope));
    }
  }

  /**
   * The arguments of a call as written.
   *
   * @param more a list of further arguments; Java's null if there is none
   * @param moreNamed a dict of further named arguments; Java's null if there is none
   */
  record ArgumentList(
      List<Expression> positional,
      Map<String, Expression> named,
      Expression more,
      Expression moreNamed) {
    static final ArgumentList NONE = new ArgumentList(List.of(), Map.of(), null, null);

    Arguments in(Scope scope) {
      List<Object> values = values(scope, positional);
      Map<String, Object> byName = new LinkedHashMap<>();
      named.forEach((name, value) -> byName.put(name, value.in(scope)));
      if (more != null) {
        values.addAll(Sequences.list(scope.run(), more.in(scope)));
      }
      if (moreNamed != null) {
        addNamed(scope, moreNamed.in(scope), byName);
      }
      return new Arguments(values, byName);
    }

    private static void addNamed(Scope scope, Object dict, Map<String, Object> byName) {
      if (!(dict instanceof DictValue values)) {
        throw Types.unexpected(dict, "a dict after **");
      }
      for (Object key : values.keys()) {
        scope.run().charge(Run.ITEM);
        if (!(key instanceof Text name)
            || byName.put(name.chars(), values.get(scope.run(), key)) != null) {
          throw new TemplateException("**: an argument twice, or a name that is no text");
        }
      }
    }
  }

  /** {@code a(…)}. */
  record Call(Expression callee, ArgumentList arguments) implements Expression {
    @Override
    public Object evaluate(Scope scope) {
      return call(scope, callee.in(scope), arguments.in(scope));
    }

    static Object call(Scope scope, Object callee, Arguments arguments) {
      if (callee instanceof Callable function) {
        return function.call(scope.run(), arguments);
      }
      throw Types.unexpected(callee, "a function to call");
    }
  }

  /** {@code a | filter(…)}. */
  record Filtered(Expression value, String filter, ArgumentList arguments) implements Expression {
    @Override
    public Object evaluate(Scope scope) {
      Builtin function = Filters.get(filter);
      Object first = value.in(scope);
      return function.call(scope.run(), arguments.in(scope).after(first));
    }
  }

  /** {@code a is test(…)}. */
  record Tested(Expression value, String test, ArgumentList arguments) implements Expression {
    @Override
    public Object evaluate(Scope scope) {
      Builtin function = Tests.get(test);
      Object first = value.in(scope);
      return Types.truth(function.call(scope.run(), arguments.in(scope).after(first)));
    }
  }

  /** {@code not a}. */
  record Not(Expression value) implements Expression {
    @Override
    public Object evaluate(Scope scope) {
      return !Types.truth(value.in(scope));
    }
  }

  /** {@code a and b}: the first operand that is false, or the last. */
  record And(Expression left, Expression right) implements Expression {
    @Override
    public Object evaluate(Scope scope) {
      Object value = left.in(scope);
      return Types.truth(value) ? right.in(scope) : value;
    }
  }

  /** {@code a or b}: the first operand that is true, or the last. */
  record Or(Expression left, Expression right) implements Expression {
    @Override
    public Object evaluate(Scope scope) {
      Object value = left.in(scope);
      return Types.truth(value) ? value : right.in(scope);
    }
  }

  /**
   * {@code a if condition else b}.
   *
   * @param otherwise Java's null if there is no else
   */
  record Conditional(Expression condition, Expression then, Expression otherwise)
      implements Expression {
    @Override
    public Object evaluate(Scope scope) {
      if (Types.truth(condition.in(scope))) {
        return then.in(scope);
      }
      return otherwise == null
          ? new Undefined("the inline if-expression evaluated to false and has no else")
          : otherwise.in(scope);
    }
  }

  /** {@code a ~ b}: the texts of all values. */
  record Concatenation(List<Expression> parts) implements Expression {
    @Override
    public Object evaluate(Scope scope) {
      TextBuilder all = new TextBuilder(scope.run());
      for (Expression part : parts) {
        all.add(Printer.str(scope.run(), part.in(scope)));
      }
      return all.build();
    }
  }

  /** {@code a < b <= c}: every neighbouring pair compares so. */
  record Comparison(Expression first, List<String> operators, List<Expression> others)
      implements Expression {
    @Override
    public Object evaluate(Scope scope) {
      Object left = first.in(scope);
      for (int i = 0; i < operators.size(); i++) {
        Object right = others.get(i).in(scope);
        if (!Types.truth(compare(scope.run(), operators.get(i), left, right))) {
          return false;
        }
        left = right;
      }
      return true;
    }

    private static Object compare(Run run, String operator, Object left, Object right) {
      return switch (operator) {
        case "in" -> Sequences.contains(run, right, left);
        case "not in" -> !Sequences.contains(run, right, left);
        default -> Tests.get(operator).call(run, Arguments.of(left, right));
      };
    }
  }

  /** An arithmetic operation. */
  record Binary(String operator, Expression left, Expression right) implements Expression {
    @Override
    public Object evaluate(Scope scope) {
      Object one = left.in(scope);
      Object other = right.in(scope);
      Run run = scope.run();
      return switch (operator) {
        case "+" -> Arithmetic.add(run, one, other);
        case "-" -> Arithmetic.subtract(one, other);
        case "*" -> Arithmetic.multiply(run, one, other);
        case "/" -> Arithmetic.divide(one, other);
        case "//" -> Arithmetic.floorDivide(one, other);
        case "%" ->
            one instanceof Text text
                ? Printf.format(run, text, other)
                : Arithmetic.modulo(one, other);
        default -> Arithmetic.power(one, other);
      };
    }
  }

  /** {@code -a} or {@code +a}. */
  record Signed(boolean negative, Expression value) implements Expression {
    @Override
    public Object evaluate(Scope scope) {
      Object number = value.in(scope);
      return negative ? Arithmetic.negate(number) : Arithmetic.number(number);
    }
  }
}
