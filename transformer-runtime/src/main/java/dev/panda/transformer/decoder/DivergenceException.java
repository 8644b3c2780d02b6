package dev.panda.transformer.decoder;

/** Thrown if a loss or a gradient is not a finite number: training cannot continue. */
public final class DivergenceException extends RuntimeException {
  private static final long serialVersionUID = 1;

  DivergenceException(String name, double value, int update) {
    super("%s: %s at update %d (expected: a finite number)".formatted(name, value, update));
  }
}
