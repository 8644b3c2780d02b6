package dev.panda.transformer.checkpoint;

/**
 * A checkpoint that cannot be used; the message names the file and, where it matters, the tensor.
 */
public final class CheckpointException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public CheckpointException(String message) {
    super(message);
  }

  public CheckpointException(String message, Throwable cause) {
    super(message, cause);
  }
}
