package dev.panda.basemodel.workshop.fetch;

/**
 * Thrown if a model cannot be fetched. The message says what happened and, on the lines below, what
 * to do.
 */
public final class FetchException extends RuntimeException {
  private static final long serialVersionUID = 1;

  FetchException(String message, String remedy) {
    this(message, remedy, null);
  }

  FetchException(String message, String remedy, Throwable cause) {
    super(message + "\n" + remedy, cause);
  }
}
