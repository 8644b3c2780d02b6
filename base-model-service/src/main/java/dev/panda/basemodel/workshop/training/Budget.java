package dev.panda.basemodel.workshop.training;

import java.time.Duration;

/** How long to train. */
public sealed interface Budget {

  /** So many updates. */
  record Updates(long number) implements Budget {
    @Override
    public String toString() {
      return number + " updates";
    }
  }

  /** So many times every answer; may be a fraction. */
  record Passes(double number) implements Budget {
    @Override
    public String toString() {
      return number + " passes";
    }
  }

  /**
   * About so long: when the learning rate has risen, the number of updates is judged by their speed
   * until then, and stays.
   */
  record Time(Duration length) implements Budget {
    @Override
    public String toString() {
      return length.toSeconds() + " seconds";
    }
  }
}
