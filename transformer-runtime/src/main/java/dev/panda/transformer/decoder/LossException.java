package dev.panda.transformer.decoder;

/** A loss that is not a finite number: training cannot go on from there. */
public final class LossException extends RuntimeException {
  private static final long serialVersionUID = 1;

  LossException(float loss, int update) {
    super(
        "loss: %s at update %d (expected: a finite number; try a smaller learning rate)"
            .formatted(loss, update));
  }
}
