package dev.panda.reward.serving.head;

/** A reward model that cannot be used; the message names the file and the field or tensor. */
public final class RewardModelException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public RewardModelException(String message) {
    super(message);
  }

  public RewardModelException(String message, Throwable cause) {
    super(message, cause);
  }
}
