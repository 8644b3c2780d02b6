package dev.panda.orchestrator.workshop.benchmark.contender;

/** A request without a whole answer. Its cause is what a command reports if it ends for it. */
public final class RequestException extends RuntimeException {
  private final String reason;
  private final boolean refused;

  /**
   * Keeps why there is no answer.
   *
   * @param reason in a word or two, to count requests by
   * @param refused whether the server had no room, so that the same request may succeed later
   */
  public RequestException(String reason, boolean refused, RuntimeException report) {
    super(report.getMessage(), report);
    this.reason = reason;
    this.refused = refused;
  }

  public String reason() {
    return reason;
  }

  public boolean refused() {
    return refused;
  }

  /** What a command reports. */
  public RuntimeException report() {
    return (RuntimeException) getCause();
  }
}
