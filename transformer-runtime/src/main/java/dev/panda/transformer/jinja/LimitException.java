package dev.panda.transformer.jinja;

/** Thrown if a template exceeds a limit; the limits are far beyond the needs of any chat. */
public final class LimitException extends TemplateException {
  private static final long serialVersionUID = 1;

  private LimitException(String message) {
    super(message);
  }

  LimitException(String what, long limit) {
    super(what + " (expected: at most " + limit + ", as templates only format a conversation)");
  }

  LimitException at(int line) {
    return new LimitException("line " + line + ": " + getMessage());
  }
}
