package dev.panda.transformer.checkpoint;

/**
 * Thrown for a checkpoint that cannot be used. The message names the file and, if one is to blame,
 * the tensor.
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
