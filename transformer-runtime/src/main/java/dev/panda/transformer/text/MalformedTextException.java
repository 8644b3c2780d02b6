package dev.panda.transformer.text;

/** Thrown for a text that is not UTF-8, or has half a character; the message says which. */
public final class MalformedTextException extends IllegalArgumentException {
  private static final long serialVersionUID = 1;

  MalformedTextException(String message) {
    super(message);
  }

  MalformedTextException(String message, Throwable cause) {
    super(message, cause);
  }
}
