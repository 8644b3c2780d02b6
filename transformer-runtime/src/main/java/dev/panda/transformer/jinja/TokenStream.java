package dev.panda.transformer.jinja;

import java.util.List;

/** The tokens of a template, one after another, and how deep the parser is in them. */
final class TokenStream {
  private static final int DEEPEST = 200;

  private final List<Token> tokens;
  private int at;
  private int depth;

  TokenStream(List<Token> tokens) {
    this.tokens = tokens;
  }

  Token current() {
    return tokens.get(at);
  }

  Token ahead() {
    return tokens.get(Math.min(at + 1, tokens.size() - 1));
  }

  /** The current token; goes on to the one after it. */
  Token next() {
    Token token = current();
    at = Math.min(at + 1, tokens.size() - 1);
    return token;
  }

  int line() {
    return current().line();
  }

  boolean is(Token.Kind kind) {
    return current().kind() == kind;
  }

  boolean is(String operatorOrName) {
    return current().is(operatorOrName);
  }

  boolean skip(String operatorOrName) {
    boolean found = is(operatorOrName);
    if (found) {
      next();
    }
    return found;
  }

  void expect(String operatorOrName) {
    if (!skip(operatorOrName)) {
      throw unexpected(operatorOrName);
    }
  }

  Token expect(Token.Kind kind, String expected) {
    if (!is(kind)) {
      throw unexpected(expected);
    }
    return next();
  }

  String name() {
    return (String) expect(Token.Kind.NAME, "a name").value();
  }

  /** Notes that what follows is nested once more. */
  void deeper() {
    depth++;
    if (depth > DEEPEST) {
      throw new LimitException("nested parts of the template: too deep", DEEPEST).at(line());
    }
  }

  int depth() {
    return depth;
  }

  /** Goes back to an outer depth. */
  void leaveTo(int outer) {
    depth = outer;
  }

  TemplateException unexpected(String expected) {
    return new TemplateException(line(), current() + " (expected: " + expected + ")");
  }
}
