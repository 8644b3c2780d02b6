package dev.panda.transformer.chat;

import com.hubspot.jinjava.interpret.InterpretException;

/** Thrown if a template exceeds the limits, which are far beyond the needs of any chat. */
final class TemplateLimitException extends InterpretException {
  private static final long serialVersionUID = 1;

  TemplateLimitException(String what, int line) {
    super(what + " (expected: a template that only formats a conversation)", line);
  }
}
