package dev.panda.transformer.jinja;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Parses expressions, from the operators that bind least to those that bind most. */
final class ExpressionParser {
  private static final Expression NONE = new Expression.Literal(None.NONE);

  private final TokenStream tokens;

  /** The names that each macro around the current token reads. */
  private final Deque<Set<String>> reads = new ArrayDeque<>();

  ExpressionParser(TokenStream tokens) {
    this.tokens = tokens;
  }

  void enterMacro() {
    reads.push(new HashSet<>());
  }

  /** The names that the macro reads, macros in it included. */
  Set<String> leaveMacro() {
    Set<String> names = reads.pop();
    if (!reads.isEmpty()) {
      reads.peek().addAll(names);
    }
    return names;
  }

  /** One expression, or a tuple without parentheses. */
  Expression tuple(boolean conditional, String end) {
    return tuple(conditional, end, false);
  }

  private Expression tuple(boolean conditional, String end, boolean parentheses) {
    List<Expression> items = new ArrayList<>();
    boolean comma = false;
    while (!tokens.is(Token.Kind.PRINT_END)
        && !tokens.is(Token.Kind.TAG_END)
        && !tokens.is(")")
        && !tokens.is(end)) {
      items.add(conditional ? expression() : or());
      if (!tokens.skip(",")) {
        break;
      }
      comma = true;
    }
    if (items.size() == 1 && !comma) {
      return items.get(0);
    }
    if (items.isEmpty() && !parentheses) {
      throw tokens.unexpected("an expression");
    }
    return new Expression.TupleOf(items);
  }

  Expression expression() {
    int depth = tokens.depth();
    tokens.deeper();
    Expression value = or();
    while (tokens.skip("if")) {
      tokens.deeper();
      Expression condition = or();
      Expression otherwise = tokens.skip("else") ? expression() : null;
      value = new Expression.Conditional(condition, value, otherwise);
    }
    tokens.leaveTo(depth);
    return value;
  }

  private Expression or() {
    Expression left = and();
    while (tokens.skip("or")) {
      tokens.deeper();
      left = new Expression.Or(left, and());
    }
    return left;
  }

  private Expression and() {
    Expression left = not();
    while (tokens.skip("and")) {
      tokens.deeper();
      left = new Expression.And(left, not());
    }
    return left;
  }

  private Expression not() {
    if (tokens.skip("not")) {
      tokens.deeper();
      return new Expression.Not(not());
    }
    return comparison();
  }

  private Expression comparison() {
    Expression first = sum();
    List<String> operators = new ArrayList<>();
    List<Expression> others = new ArrayList<>();
    for (String operator = comparing(); operator != null; operator = comparing()) {
      operators.add(operator);
      others.add(sum());
    }
    return operators.isEmpty() ? first : new Expression.Comparison(first, operators, others);
  }

  private String comparing() {
    for (String operator : List.of("==", "!=", "<", "<=", ">", ">=", "in")) {
      if (tokens.skip(operator)) {
        return operator;
      }
    }
    if (tokens.is("not") && tokens.ahead().is("in")) {
      tokens.next();
      tokens.next();
      return "not in";
    }
    return null;
  }

  private Expression sum() {
    Expression left = concatenation();
    while (tokens.is("+") || tokens.is("-")) {
      tokens.deeper();
      String operator = (String) tokens.next().value();
      left = new Expression.Binary(operator, left, concatenation());
    }
    return left;
  }

  private Expression concatenation() {
    List<Expression> parts = new ArrayList<>();
    do {
      parts.add(product());
    } while (tokens.skip("~"));
    return parts.size() == 1 ? parts.get(0) : new Expression.Concatenation(parts);
  }

  private Expression product() {
    Expression left = power();
    while (tokens.is("*") || tokens.is("/") || tokens.is("//") || tokens.is("%")) {
      tokens.deeper();
      String operator = (String) tokens.next().value();
      left = new Expression.Binary(operator, left, power());
    }
    return left;
  }

  private Expression power() {
    Expression left = signed(true);
    while (tokens.skip("**")) {
      tokens.deeper();
      left = new Expression.Binary("**", left, signed(true));
    }
    return left;
  }

  private Expression signed(boolean filters) {
    Expression value;
    if (tokens.is("-") || tokens.is("+")) {
      tokens.deeper();
      boolean negative = tokens.next().is("-");
      value = new Expression.Signed(negative, signed(false));
    } else {
      value = primary();
    }
    value = postfix(value);
    return filters ? filtered(value) : value;
  }

  private Expression primary() {
    if (tokens.is(Token.Kind.NAME)) {
      return name(tokens.name());
    } else if (tokens.is(Token.Kind.NUMBER)) {
      return new Expression.Literal(tokens.next().value());
    } else if (tokens.is(Token.Kind.TEXT)) {
      StringBuilder text = new StringBuilder();
      while (tokens.is(Token.Kind.TEXT)) {
        text.append(tokens.next().value());
      }
      return new Expression.Literal(Text.of(text.toString()));
    } else if (tokens.skip("(")) {
      int depth = tokens.depth();
      tokens.deeper();
      Expression value = tuple(true, ")", true);
      tokens.leaveTo(depth);
      tokens.expect(")");
      return value;
    } else if (tokens.skip("[")) {
      return new Expression.ListOf(items("]"));
    } else if (tokens.skip("{")) {
      return dict();
    }
    throw tokens.unexpected("an expression");
  }

  private Expression name(String name) {
    return switch (name) {
      case "true", "True" -> new Expression.Literal(true);
      case "false", "False" -> new Expression.Literal(false);
      case "none", "None" -> NONE;
      default -> {
        if (!reads.isEmpty()) {
          reads.peek().add(name);
        }
        yield new Expression.Name(name);
      }
    };
  }

  private List<Expression> items(String end) {
    List<Expression> items = new ArrayList<>();
    while (!tokens.skip(end)) {
      items.add(expression());
      if (!tokens.is(end)) {
        tokens.expect(",");
      }
    }
    return items;
  }

  private Expression dict() {
    List<Expression> keys = new ArrayList<>();
    List<Expression> values = new ArrayList<>();
    while (!tokens.skip("}")) {
      keys.add(expression());
      tokens.expect(":");
      values.add(expression());
      if (!tokens.is("}")) {
        tokens.expect(",");
      }
    }
    return new Expression.DictOf(keys, values);
  }

  private Expression postfix(Expression start) {
    Expression value = start;
    while (tokens.is(".") || tokens.is("[") || tokens.is("(")) {
      tokens.deeper();
      if (tokens.is("(")) {
        value = new Expression.Call(value, arguments());
      } else if (tokens.skip("[")) {
        value = new Expression.Item(value, index());
      } else {
        tokens.next();
        value =
            tokens.is(Token.Kind.NUMBER)
                ? new Expression.Item(value, new Expression.Literal(tokens.next().value()))
                : new Expression.Attribute(value, tokens.name());
      }
    }
    return value;
  }

  private Expression index() {
    List<Expression> indices = new ArrayList<>();
    while (!tokens.skip("]")) {
      if (!indices.isEmpty()) {
        tokens.expect(",");
      }
      indices.add(tokens.is(":") ? slice(NONE) : indexOrSlice());
    }
    return indices.size() == 1 ? indices.get(0) : new Expression.TupleOf(indices);
  }

  private Expression indexOrSlice() {
    Expression index = expression();
    return tokens.is(":") ? slice(index) : index;
  }

  private Expression slice(Expression start) {
    tokens.expect(":");
    Expression stop = bound();
    Expression step = tokens.skip(":") ? bound() : NONE;
    return new Expression.SliceOf(start, stop, step);
  }

  private Expression bound() {
    return tokens.is(":") || tokens.is("]") || tokens.is(",") ? NONE : expression();
  }

  private Expression filtered(Expression start) {
    Expression value = start;
    while (tokens.is("|") || tokens.is("is") || tokens.is("(")) {
      tokens.deeper();
      if (tokens.skip("|")) {
        value = new Expression.Filtered(value, dotted(), optionalArguments());
      } else if (tokens.skip("is")) {
        value = test(value);
      } else {
        value = new Expression.Call(value, arguments());
      }
    }
    return value;
  }

  /** The name of a filter or test. */
  String dotted() {
    StringBuilder name = new StringBuilder(tokens.name());
    while (tokens.skip(".")) {
      name.append('.').append(tokens.name());
    }
    return name.toString();
  }

  Expression.ArgumentList optionalArguments() {
    return tokens.is("(") ? arguments() : Expression.ArgumentList.NONE;
  }

  private Expression test(Expression value) {
    boolean negated = tokens.skip("not");
    String name = dotted();
    Expression.ArgumentList arguments = Expression.ArgumentList.NONE;
    if (tokens.is("(")) {
      arguments = arguments();
    } else if (tokens.is("is")) {
      throw tokens.unexpected("one test after is");
    } else if (beginsArgument()) {
      Expression argument = postfix(primary());
      arguments = new Expression.ArgumentList(List.of(argument), Map.of(), null, null);
    }
    Expression tested = new Expression.Tested(value, name, arguments);
    return negated ? new Expression.Not(tested) : tested;
  }

  private boolean beginsArgument() {
    boolean name = tokens.is(Token.Kind.NAME);
    boolean connects = tokens.is("else") || tokens.is("or") || tokens.is("and");
    return (name && !connects)
        || tokens.is(Token.Kind.TEXT)
        || tokens.is(Token.Kind.NUMBER)
        || tokens.is("[")
        || tokens.is("{");
  }

  private Expression.ArgumentList arguments() {
    List<Expression> positional = new ArrayList<>();
    Map<String, Expression> named = new LinkedHashMap<>();
    Expression more = null;
    Expression moreNamed = null;
    tokens.expect("(");
    while (!tokens.skip(")")) {
      if (tokens.is("*") && more == null && moreNamed == null) {
        tokens.next();
        more = expression();
      } else if (tokens.is("**") && moreNamed == null) {
        tokens.next();
        moreNamed = expression();
      } else if (tokens.is(Token.Kind.NAME) && tokens.ahead().is("=") && moreNamed == null) {
        String name = tokens.name();
        tokens.expect("=");
        if (named.put(name, expression()) != null) {
          throw tokens.unexpected("argument " + name + " once");
        }
      } else if (named.isEmpty() && more == null && moreNamed == null) {
        positional.add(expression());
      } else {
        throw tokens.unexpected("a named argument");
      }
      if (!tokens.is(")")) {
        tokens.expect(",");
      }
    }
    return new Expression.ArgumentList(positional, named, more, moreNamed);
  }
}
