package dev.panda.transformer.jinja;

/** Thrown if a template cannot be parsed or rendered; the message begins with the line. */
public class TemplateException extends RuntimeException {
  private static final long serialVersionUID = 1;
  private static final int LONGEST = 500;

  TemplateException(String message) {
    super(shortened(message));
  }

  TemplateException(int line, String message) {
    super(shortened("line " + line + ": " + message));
  }

  TemplateException(int line, RuntimeException cause) {
    super("line " + line + ": " + reason(cause), cause);
  }

  private static String reason(RuntimeException cause) {
    return cause instanceof TemplateException
        ? cause.getMessage()
        : shortened("unexpected: " + cause);
  }

  /** Messages may quote what the template computed, which may be long. */
  static String shortened(String message) {
    return message.length() <= LONGEST ? message : message.substring(0, LONGEST) + "…";
  }
}
