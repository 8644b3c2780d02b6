package dev.panda.orchestrator.serving.decoding;

/** A step that cannot be decided. */
public final class DecodingException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final Reason reason;

  DecodingException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }

  /** Why a step cannot be decided. */
  public enum Reason {
    /** A reward model gave NaN or an infinite number; the message names preference and step. */
    REWARD_NOT_FINITE,
    /** A λ, or the score made with it, left the range of numbers: its strength is too large. */
    SCORE_NOT_FINITE
  }
}
