package dev.panda.transformer.workshop.training;

import java.util.Optional;

/** Training that cannot go on: says what happened and, beside it, what the user can do about it. */
public final class TrainingException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final String remedy;

  /** With a message that stands on its own. */
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

  /** Absent where the message says it. */
  public Optional<String> remedy() {
    return Optional.ofNullable(remedy);
  }
}
