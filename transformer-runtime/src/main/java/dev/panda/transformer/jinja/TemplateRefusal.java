package dev.panda.transformer.jinja;

/** Thrown when a template calls {@code raise_exception}, with the template's own message. */
public final class TemplateRefusal extends RuntimeException {
  private static final long serialVersionUID = 1;

  TemplateRefusal(String message) {
    super(TemplateException.shortened(message));
  }
}
