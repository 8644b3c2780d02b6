package dev.panda.transformer.workshop.training;

import java.util.Optional;

/**
 * Thrown if training cannot continue: the message says what happened, the remedy what the user can
 * do.
 */
public final class TrainingException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final String remedy;

  /** Creates an exception without a separate remedy. */
  public TrainingException(String message) {
    this(message, null, null);
  }

  public TrainingException(String message, Throwable cause) {
    this(message, null, cause);
  }

  public TrainingException(String message, String remedy) {
    this(message, remedy, null);
  }

  public TrainingException(String message, String remedy, Throwable cause) {
    super(message, cause);
    this.remedy = remedy;
  }

  /** What the user can do; empty if the message says it. */
  public Optional<String> remedy() {
    return Optional.ofNullable(remedy);
  }
}
