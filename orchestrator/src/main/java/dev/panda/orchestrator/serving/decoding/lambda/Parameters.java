package dev.panda.orchestrator.serving.decoding.lambda;

/** Checks of the parameters of λ functions. */
final class Parameters {
  private Parameters() {}

  static void requireFinite(String name, double value) {
    require(Double.isFinite(value), name, value, "a finite number");
  }

  static void requirePositive(String name, double value) {
    require(Double.isFinite(value) && value > 0, name, value, "a finite number > 0");
  }

  static void requireNotNegative(String name, double value) {
    require(Double.isFinite(value) && value >= 0, name, value, "a finite number >= 0");
  }

  static void requirePositive(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + ": " + value + " (expected: >= 1)");
    }
  }

  private static void require(boolean holds, String name, double value, String expected) {
    if (!holds) {
      throw new IllegalArgumentException(name + ": " + value + " (expected: " + expected + ")");
    }
  }
}
