package dev.panda.basemodel.workshop.training;

import java.time.Duration;

/** How long to train. */
public sealed interface Budget {

  /** A number of updates. */
  record Updates(long number) implements Budget {
    @Override
    public String toString() {
      return number + " updates";
    }
  }

  /** A number of passes over all answers; may be a fraction. */
  record Passes(double number) implements Budget {
    @Override
    public String toString() {
      return number + " passes";
    }
  }

  /**
   * An approximate time. The speed of the updates during the learning rate's rise determines the
   * number of updates, which then stays fixed.
   */
  record Time(Duration length) implements Budget {
    @Override
    public String toString() {
      return length.toSeconds() + " seconds";
    }
  }
}
