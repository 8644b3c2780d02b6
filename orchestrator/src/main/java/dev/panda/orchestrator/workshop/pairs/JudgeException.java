package dev.panda.orchestrator.workshop.pairs;

/** A judge can't be asked: says what happened and what the user can do about it. */
public final class JudgeException extends RuntimeException {
  private final String remedy;

  JudgeException(String message, String remedy) {
    super(message);
    this.remedy = remedy;
  }

  JudgeException(String message, String remedy, Throwable cause) {
    super(message, cause);
    this.remedy = remedy;
  }

  public String remedy() {
    return remedy;
  }
}
