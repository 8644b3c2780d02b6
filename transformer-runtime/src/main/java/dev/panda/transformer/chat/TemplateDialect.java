package dev.panda.transformer.chat;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Rewrites syntax that Jinjava reads differently from Jinja. In Jinja, one line break at the end is
 * dropped; {@code not} binds more loosely than comparisons and tests; {@code True}, {@code False}
 * and {@code None} are constants; {@code [::-1]} reverses.
 */
final class TemplateDialect {
  /** Matches a comment or raw block, which stays unchanged, or else a statement or an output. */
  private static final Pattern PARTS =
      Pattern.compile(
          "(?s)(\\{#.*?#}|\\{%[-+]?\\s*raw\\s*[-+]?%}.*?\\{%[-+]?\\s*endraw\\s*[-+]?%})"
              + "|(?:\\{%|\\{\\{)(?:'(?:[^'\\\\]|\\\\.)*+'|\"(?:[^\"\\\\]|\\\\.)*+\"|[^'\"])*?(?:%}|}})");

  private static final Pattern TOKEN =
      Pattern.compile(
          "(?s)'(?:[^'\\\\]|\\\\.)*+'|\"(?:[^\"\\\\]|\\\\.)*+\"|\\[\\s*:\\s*:\\s*-\\s*1\\s*]|\\w+|\\s+|.");

  private static final Map<String, String> CONSTANTS =
      Map.of("True", "true", "False", "false", "None", "none");

  private TemplateDialect() {}

  static String translate(String template) {
    String lines = template.replace("\r\n", "\n").replace('\r', '\n');
    String text = lines.endsWith("\n") ? lines.substring(0, lines.length() - 1) : lines;
    StringBuilder result = new StringBuilder();
    Matcher part = PARTS.matcher(text);
    int done = 0;
    while (part.find()) {
      result.append(text, done, part.start());
      boolean asItStands = part.group(1) != null;
      result.append(asItStands ? part.group() : new Expression(part.group()).translate());
      done = part.end();
    }
    return result.append(text, done, text.length()).toString();
  }

  /** One statement or output, with its delimiters. */
  private static final class Expression {
    private final Matcher tokens;
    private final String tail;
    private final StringBuilder result = new StringBuilder();

    /** The last token other than a space. */
    private String before = "";

    private String token;

    Expression(String text) {
      int end = text.length() - 2;
      end -= end > 3 && "-+".indexOf(text.charAt(end - 1)) >= 0 ? 1 : 0;
      tail = text.substring(end);
      tokens = TOKEN.matcher(text.substring(0, end));
    }

    String translate() {
      next();
      while (token != null) {
        one();
      }
      return result + tail;
    }

    private void next() {
      token = tokens.find() ? tokens.group() : null;
    }

    private void take(String translated) {
      result.append(translated);
      before = token.isBlank() ? before : token;
      next();
    }

    private void one() {
      if (token.equals("not") && !before.equals("is") && !before.equals(".")) {
        negation();
      } else if (token.startsWith("[") && token.length() > 1) {
        take("|reverse|list");
      } else if ("([{".contains(token)) {
        bracket();
      } else {
        take(CONSTANTS.getOrDefault(token, token));
      }
    }

    /**
     * Puts the operand of {@code not} in parentheses. A {@code not} before {@code in} stands
     * between operands and needs none.
     */
    private void negation() {
      boolean betweenOperands = isOperandEnd(before);
      take(token);
      if (betweenOperands) {
        return;
      }
      result.append(" (");
      while (token != null && !endsComparison()) {
        one();
      }
      result.append(')');
      if (token != null && !token.isBlank()) {
        result.append(' ');
      }
    }

    private void bracket() {
      take(token);
      while (token != null && !")]}".contains(token)) {
        one();
      }
      if (token != null) {
        take(token);
      }
    }

    private boolean endsComparison() {
      return switch (token) {
        case "and", "or", "if", "else", ",", ":", ")", "]", "}" -> !before.equals(".");
        default -> false;
      };
    }

    private static boolean isOperandEnd(String token) {
      if (token.isEmpty()) {
        return false;
      }
      char last = token.charAt(token.length() - 1);
      boolean isWord = Character.isLetterOrDigit(last) || last == '_';
      return switch (token) {
        case "if", "elif", "and", "or", "not", "else", "in", "is", "set", "print" -> false;
        default -> isWord || ")]}'\"".indexOf(last) >= 0;
      };
    }
  }
}
