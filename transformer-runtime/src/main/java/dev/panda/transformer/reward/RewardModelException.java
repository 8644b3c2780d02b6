package dev.panda.transformer.reward;

/** Thrown if a reward model cannot be used; the message names the file and the field or tensor. */
public final class RewardModelException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public RewardModelException(String message) {
    super(message);
  }

  public RewardModelException(String message, Throwable cause) {
    super(message, cause);
  }
}
