package dev.panda.basemodel.training;

/** Training cannot go on: says what happened and what the user can do about it. */
public final class TrainingException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final String remedy;

  public TrainingException(String message, String remedy) {
    super(message);
    this.remedy = remedy;
  }

  public TrainingException(String message, String remedy, Throwable cause) {
    super(message, cause);
    this.remedy = remedy;
  }

  public String remedy() {
    return remedy;
  }
}
