package dev.panda.transformer.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Parses a template into statements. */
final class Parser {
  private static final Set<String> REFUSED =
      Set.of("autoescape", "block", "extends", "from", "import", "include");

  private final TokenStream tokens;
  private final ExpressionParser expressions;

  /** Whether the current token is in a loop that {@code break} and {@code continue} can end. */
  private boolean inLoop;

  private Parser(TokenStream tokens) {
    this.tokens = tokens;
    expressions = new ExpressionParser(tokens);
  }

  static Body parse(String template) {
    Parser parser = new Parser(new TokenStream(Lexer.tokens(template)));
    Body body = parser.statements();
    if (!parser.tokens.is(Token.Kind.END)) {
      throw parser.tokens.unexpected("a tag that begins something");
    }
    return body;
  }

  /** Statements up to a tag that does not begin a statement, or to the end of the template. */
  private Body statements(String... ends) {
    List<Statement> statements = new ArrayList<>();
    int depth = tokens.depth();
    tokens.deeper();
    while (!tokens.is(Token.Kind.END)) {
      int line = tokens.line();
      if (tokens.is(Token.Kind.DATA)) {
        statements.add(new Statement.Data(line, Text.of((String) tokens.next().value())));
      } else if (tokens.is(Token.Kind.PRINT_BEGIN)) {
        tokens.next();
        statements.add(new Statement.Print(line, expressions.tuple(true, "}}")));
        tokens.expect(Token.Kind.PRINT_END, "}}");
      } else {
        if (List.of(ends).contains(String.valueOf(tokens.ahead().value()))) {
          break;
        }
        tokens.next();
        statements.add(statement(line));
        tokens.expect(Token.Kind.TAG_END, "%}");
      }
    }
    tokens.leaveTo(depth);
    return new Body(statements);
  }

  /** Statements up to one of some tags, whose name becomes the current token. */
  private Body body(String... ends) {
    tokens.skip(":");
    tokens.expect(Token.Kind.TAG_END, "%}");
    Body body = statements(ends);
    if (tokens.is(Token.Kind.END)) {
      throw tokens.unexpected(String.join(" or ", ends));
    }
    tokens.next();
    return body;
  }

  private Body bodyOutsideLoop(String end) {
    boolean outer = inLoop;
    inLoop = false;
    Body body = body(end);
    tokens.expect(end);
    inLoop = outer;
    return body;
  }

  private Statement statement(int line) {
    String tag = tokens.name();
    return switch (tag) {
      case "if" -> parseIf(line);
      case "for" -> parseFor(line);
      case "set" -> parseSet(line);
      case "macro" -> parseMacro(line);
      case "call" -> parseCall(line);
      case "filter" -> parseCaptured(line, Target.OUTPUT, filters(true), "endfilter");
      case "with" -> parseWith(line);
      case "generation" ->
          new Statement.With(line, List.of(), List.of(), bodyOutsideLoop("endgeneration"));
      case "print" -> parsePrint(line);
      case "break" -> jump(line, tag, Body.End.BREAK);
      case "continue" -> jump(line, tag, Body.End.CONTINUE);
      default -> parseRefused(line, tag);
    };
  }

  private Statement jump(int line, String tag, Body.End end) {
    if (!inLoop) {
      throw new TemplateException(line, tag + " outside of a loop");
    }
    return new Statement.Jump(line, end);
  }

  private Statement parseCaptured(
      int line, Target target, List<Statement.Captured.Filter> filters, String end) {
    return new Statement.Captured(line, target, filters, bodyOutsideLoop(end));
  }

  private Statement parsePrint(int line) {
    List<Expression> values = new ArrayList<>();
    do {
      values.add(expressions.expression());
    } while (tokens.skip(","));
    return new Statement.Print(line, new Expression.Concatenation(values));
  }

  private Statement parseRefused(int line, String tag) {
    if (!REFUSED.contains(tag)) {
      throw new TemplateException(line, "unknown tag " + tag);
    }
    while (!tokens.is(Token.Kind.TAG_END)) {
      tokens.next();
    }
    if (tag.equals("block") || tag.equals("autoescape")) {
      bodyOutsideLoop("end" + tag);
      if (tokens.is(Token.Kind.NAME)) {
        tokens.next();
      }
    }
    return new Statement.Refused(line, tag);
  }

  private Statement parseIf(int line) {
    List<Expression> conditions = new ArrayList<>();
    List<Body> branches = new ArrayList<>();
    do {
      conditions.add(expressions.tuple(false, "%}"));
      branches.add(body("elif", "else", "endif"));
    } while (tokens.skip("elif"));
    if (tokens.skip("else")) {
      conditions.add(new Expression.Literal(true));
      branches.add(body("endif"));
    }
    tokens.expect("endif");
    return new Statement.If(line, conditions, branches);
  }

  private Statement parseFor(int line) {
    Target target = target("in", false);
    tokens.expect("in");
    Expression items = expressions.tuple(false, "recursive");
    Expression condition = tokens.skip("if") ? expressions.expression() : null;
    boolean recursive = tokens.skip("recursive");
    boolean outer = inLoop;
    inLoop = true;
    Body body = body("endfor", "else");
    inLoop = outer;
    Body otherwise = tokens.skip("else") ? body("endfor") : new Body(List.of());
    tokens.expect("endfor");
    return new Statement.For(line, target, items, condition, recursive, body, otherwise);
  }

  private Statement parseSet(int line) {
    Target target = target("=", true);
    if (tokens.skip("=")) {
      return new Statement.Set(line, target, expressions.tuple(true, "%}"));
    }
    return parseCaptured(line, target, filters(false), "endset");
  }

  private List<Statement.Captured.Filter> filters(boolean first) {
    List<Statement.Captured.Filter> filters = new ArrayList<>();
    while ((first && filters.isEmpty()) || tokens.skip("|")) {
      filters.add(
          new Statement.Captured.Filter(expressions.dotted(), expressions.optionalArguments()));
    }
    return filters;
  }

  private Statement parseWith(int line) {
    List<Target> targets = new ArrayList<>();
    List<Expression> values = new ArrayList<>();
    while (!tokens.is(Token.Kind.TAG_END)) {
      if (!targets.isEmpty()) {
        tokens.expect(",");
      }
      targets.add(target("=", false));
      tokens.expect("=");
      values.add(expressions.expression());
    }
    Body body = body("endwith");
    tokens.expect("endwith");
    return new Statement.With(line, targets, values, body);
  }

  private Statement parseMacro(int line) {
    String name = variable();
    expressions.enterMacro();
    List<String> parameters = new ArrayList<>();
    List<Expression> defaults = new ArrayList<>();
    signature(parameters, defaults);
    Body body = bodyOutsideLoop("endmacro");
    Set<String> names = expressions.leaveMacro();
    return new Statement.MacroDefinition(
        line, new Macro.Definition(name, parameters, defaults, body, names));
  }

  private Statement parseCall(int line) {
    expressions.enterMacro();
    List<String> parameters = new ArrayList<>();
    List<Expression> defaults = new ArrayList<>();
    if (tokens.is("(")) {
      signature(parameters, defaults);
    }
    Expression called = expressions.expression();
    if (!(called instanceof Expression.Call call)) {
      throw new TemplateException(line, "call without a call");
    }
    Body body = bodyOutsideLoop("endcall");
    Set<String> names = expressions.leaveMacro();
    return new Statement.CallBlock(
        line, call, new Macro.Definition("caller", parameters, defaults, body, names));
  }

  private void signature(List<String> parameters, List<Expression> defaults) {
    tokens.expect("(");
    while (!tokens.skip(")")) {
      String parameter = variable();
      if (parameters.contains(parameter)) {
        throw tokens.unexpected("parameter " + parameter + " once");
      }
      parameters.add(parameter);
      if (tokens.skip("=")) {
        defaults.add(expressions.expression());
      } else if (!defaults.isEmpty()) {
        throw tokens.unexpected("a default, as the parameter before has one");
      }
      if (!tokens.is(")")) {
        tokens.expect(",");
      }
    }
  }

  /** A target, or several that commas separate. */
  private Target target(String end, boolean namespaces) {
    int depth = tokens.depth();
    tokens.deeper();
    List<Target> targets = new ArrayList<>();
    boolean comma = false;
    while (!tokens.is(end) && !tokens.is(")") && !tokens.is(Token.Kind.TAG_END)) {
      targets.add(oneTarget(namespaces));
      if (!tokens.skip(",")) {
        break;
      }
      comma = true;
    }
    tokens.leaveTo(depth);
    if (targets.isEmpty()) {
      throw tokens.unexpected("a name");
    }
    return targets.size() == 1 && !comma ? targets.get(0) : new Target.Several(targets);
  }

  private Target oneTarget(boolean namespaces) {
    if (tokens.skip("(")) {
      Target target = target(")", namespaces);
      tokens.expect(")");
      return target;
    }
    String name = variable();
    if (namespaces && tokens.skip(".")) {
      return new Target.NamespaceAttribute(name, tokens.name());
    }
    return new Target.Variable(name);
  }

  private String variable() {
    if (List.of("true", "false", "none", "True", "False", "None")
        .contains(String.valueOf(tokens.current().value()))) {
      throw tokens.unexpected("a name to assign to");
    }
    return tokens.name();
  }
}
