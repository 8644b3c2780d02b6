package dev.panda.transformer.jinja;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Splits a template into tokens. As transformers has it, a line break after a tag is dropped
 * (trim_blocks), and so is space before a tag that begins a line (lstrip_blocks).
 */
final class Lexer {
  private static final String SPACE = "[\\s\\x1c-\\x1f\\x85\\p{Z}]*";
  private static final Pattern BEGIN = Pattern.compile("\\{[{%#]");
  private static final Pattern RAW = Pattern.compile(SPACE + "raw" + SPACE + "(-?)%}");
  private static final Pattern END_RAW =
      Pattern.compile("\\{%([-+]?)" + SPACE + "endraw" + SPACE + "([-+]?)%}");
  private static final Pattern OPERATOR =
      Pattern.compile("//|\\*\\*|[=!<>]=|[-+*/%~\\[\\](){}<>=.:|,;]");

  private final String source;
  private final List<Token> tokens = new ArrayList<>();
  private int at;
  private int line = 1;
  private int counted;

  private Lexer(String source) {
    String lines = source.replace("\r\n", "\n").replace('\r', '\n');
    this.source = lines.endsWith("\n") ? lines.substring(0, lines.length() - 1) : lines;
  }

  static List<Token> tokens(String source) {
    Lexer lexer = new Lexer(source);
    try {
      lexer.run();
    } catch (TemplateException e) {
      throw new TemplateException(lexer.countLines(), e);
    }
    return lexer.tokens;
  }

  private void run() {
    Matcher begin = BEGIN.matcher(source);
    while (begin.find(at)) {
      int start = begin.start();
      char kind = source.charAt(start + 1);
      char sign = sign(start + 2);
      data(at, start, kind == '{' && sign == 0 ? '+' : sign);
      at = start + (sign == 0 ? 2 : 3);
      if (kind == '#') {
        comment();
      } else if (kind == '{') {
        add(Token.Kind.PRINT_BEGIN, "{{");
        inside("}}", Token.Kind.PRINT_END);
      } else if (!raw()) {
        add(Token.Kind.TAG_BEGIN, "{%");
        inside("%}", Token.Kind.TAG_END);
      }
    }
    data(at, source.length(), '+');
    add(Token.Kind.END, "");
  }

  /** The sign that follows a delimiter, or 0. */
  private char sign(int index) {
    boolean signed =
        index < source.length() && (source.charAt(index) == '-' || source.charAt(index) == '+');
    return signed ? source.charAt(index) : 0;
  }

  private void data(int from, int end, char sign) {
    int to = end;
    if (sign == '-') {
      while (to > from && Characters.isSpace(source.charAt(to - 1))) {
        to--;
      }
    } else if (sign == 0) {
      int begin = to;
      while (begin > from && isBlank(source.charAt(begin - 1))) {
        begin--;
      }
      boolean lineBegins = begin == 0 || source.charAt(begin - 1) == '\n';
      to = lineBegins ? begin : to;
    }
    if (to > from) {
      add(Token.Kind.DATA, source.substring(from, to));
    }
  }

  private static boolean isBlank(char character) {
    return character != '\n' && Characters.isSpace(character);
  }

  private void comment() {
    int end = source.indexOf("#}", at);
    if (end < 0) {
      throw new TemplateException("a comment without end");
    }
    char sign = end > at ? sign(end - 1) : 0;
    at = end + 2;
    afterTag(sign);
  }

  private boolean raw() {
    Matcher begin = RAW.matcher(source).region(at, source.length());
    if (!begin.lookingAt()) {
      return false;
    }
    at = begin.end();
    if (!begin.group(1).isEmpty()) {
      skipSpace();
    }
    Matcher end = END_RAW.matcher(source);
    if (!end.find(at)) {
      throw new TemplateException("raw without endraw");
    }
    data(at, end.start(), end.group(1).isEmpty() ? 0 : end.group(1).charAt(0));
    at = end.end();
    afterTag(end.group(2).isEmpty() ? 0 : end.group(2).charAt(0));
    return true;
  }

  private void afterTag(char sign) {
    if (sign == '-') {
      skipSpace();
    } else if (sign == 0 && source.startsWith("\n", at)) {
      at++;
    }
  }

  private void skipSpace() {
    while (at < source.length() && Characters.isSpace(source.charAt(at))) {
      at++;
    }
  }

  private void inside(String end, Token.Kind endKind) {
    Deque<Character> open = new ArrayDeque<>();
    while (true) {
      skipSpace();
      if (at == source.length()) {
        throw new TemplateException("the template ends inside " + (end.equals("}}") ? "{{" : "{%"));
      }
      char sign = sign(at);
      boolean signed = sign == '-' || (sign == '+' && endKind == Token.Kind.TAG_END);
      if (open.isEmpty() && source.startsWith(end, signed ? at + 1 : at)) {
        add(endKind, end);
        at += signed ? 3 : 2;
        boolean trims = endKind == Token.Kind.TAG_END || sign == '-';
        afterTag(trims ? sign : '+');
        return;
      }
      token(open);
    }
  }

  private void token(Deque<Character> open) {
    char first = source.charAt(at);
    if (first >= '0' && first <= '9') {
      Literals.Literal number = Literals.number(source, at);
      add(Token.Kind.NUMBER, number.value());
      at = number.end();
    } else if (first == '"' || first == '\'') {
      Literals.Literal text = Literals.text(source, at);
      add(Token.Kind.TEXT, text.value());
      at = text.end();
    } else if (isName(source.codePointAt(at))) {
      int from = at;
      while (at < source.length() && isName(source.codePointAt(at))) {
        at += Character.charCount(source.codePointAt(at));
      }
      add(Token.Kind.NAME, source.substring(from, at));
    } else {
      Matcher operator = OPERATOR.matcher(source).region(at, source.length());
      if (!operator.lookingAt()) {
        throw new TemplateException(
            "unexpected character " + Character.toString(source.codePointAt(at)));
      }
      balance(open, operator.group());
      add(Token.Kind.OPERATOR, operator.group());
      at = operator.end();
    }
  }

  private static boolean isName(int character) {
    return character == '_' || Character.isLetterOrDigit(character);
  }

  private void balance(Deque<Character> open, String operator) {
    int opens = "([{".indexOf(operator);
    if (opens >= 0) {
      open.push(")]}".charAt(opens));
    } else if (")]}".contains(operator) && (open.isEmpty() || open.pop() != operator.charAt(0))) {
      throw new TemplateException("unexpected " + operator);
    }
  }

  private void add(Token.Kind kind, Object value) {
    tokens.add(new Token(kind, value, countLines()));
  }

  private int countLines() {
    for (; counted < Math.min(at, source.length()); counted++) {
      line += source.charAt(counted) == '\n' ? 1 : 0;
    }
    return line;
  }
}
