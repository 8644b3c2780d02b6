package dev.panda.orchestrator.workshop.cli;

/** A command can't go on: says what happened and what the user can do about it. */
public final class CommandFailure extends RuntimeException {
  private final String remedy;

  public CommandFailure(String message, String remedy) {
    super(message);
    this.remedy = remedy;
  }

  public CommandFailure(String message, String remedy, Throwable cause) {
    super(message, cause);
    this.remedy = remedy;
  }

  public String remedy() {
    return remedy;
  }
}
