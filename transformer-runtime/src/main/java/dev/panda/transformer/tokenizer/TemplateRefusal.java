package dev.panda.transformer.tokenizer;

/** What a template says when it calls {@code raise_exception}. */
final class TemplateRefusal extends RuntimeException {
  private static final long serialVersionUID = 1;

  TemplateRefusal(String message) {
    super(message);
  }
}
