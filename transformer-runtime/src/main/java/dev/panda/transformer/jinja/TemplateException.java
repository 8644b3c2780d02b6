package dev.panda.transformer.jinja;

/** Thrown if a template cannot be parsed or rendered; the message begins with the line. */
public class TemplateException extends RuntimeException {
  private static final long serialVersionUID = 1;

  TemplateException(String message) {
    super(message);
  }

  TemplateException(int line, String message) {
    super("line " + line + ": " + message);
  }

  TemplateException(int line, TemplateException cause) {
    super("line " + line + ": " + cause.getMessage(), cause);
  }
}
