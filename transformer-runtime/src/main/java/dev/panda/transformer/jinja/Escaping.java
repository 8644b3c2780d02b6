package dev.panda.transformer.jinja;

/** What the filters {@code escape} and {@code safe} are about: text for HTML. */
final class Escaping {
  private Escaping() {}

  /** Escapes a text, unless it is marked as safe. */
  static Text escape(Run run, Text text) {
    if (text.markup()) {
      return text;
    }
    String chars = text.chars();
    TextBuilder escaped = new TextBuilder(run);
    int from = 0;
    for (int i = 0; i < chars.length(); i++) {
      String entity = entity(chars.charAt(i));
      if (entity != null) {
        escaped.add(text, from, i).addFor(entity, text.isContent(i));
        from = i + 1;
      }
    }
    return escaped.add(text, from, chars.length()).build().withMarkup(true);
  }

  private static String entity(char character) {
    return switch (character) {
      case '&' -> "&amp;";
      case '<' -> "&lt;";
      case '>' -> "&gt;";
      case '"' -> "&#34;";
      case '\'' -> "&#39;";
      default -> null;
    };
  }

  /** Refuses a use of safe text that would escape other texts. */
  static void refuseMarkup(Object value, String use) {
    if (value instanceof Text text && text.markup()) {
      throw new TemplateException(use + ": not available for text from safe or escape");
    }
  }
}
