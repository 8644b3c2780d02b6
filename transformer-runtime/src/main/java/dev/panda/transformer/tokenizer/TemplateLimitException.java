package dev.panda.transformer.tokenizer;

import com.hubspot.jinjava.interpret.InterpretException;

/** A template that does more than any chat needs. */
final class TemplateLimitException extends InterpretException {
  private static final long serialVersionUID = 1;

  TemplateLimitException(String what, int line) {
    super(what + " (expected: a template that only lays out a conversation)", line);
  }
}
