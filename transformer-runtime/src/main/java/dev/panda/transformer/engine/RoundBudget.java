package dev.panda.transformer.engine;

import java.time.Duration;

/**
 * Bounds the rows of a round, so that sequences that wait for the next round do not wait long. It
 * learns from the rounds before how long a row takes.
 */
final class RoundBudget {
  /** Fewer rows take nearly as long. */
  private static final int LEAST = 32;

  /** Prompts alone may take so many times as long as prompts beside sequences that decode. */
  private static final int ALONE = 4;

  private static final double WEIGHT_OF_LAST = 0.3;

  private final int most;
  private final double seconds;
  private double secondsPerRow;

  /**
   * Knows nothing yet of how long a row takes.
   *
   * @param most rows of any round
   * @param time how long a round with sequences that decode may take
   */
  RoundBudget(int most, Duration time) {
    this.most = most;
    this.seconds = time.toNanos() / 1e9;
  }

  /**
   * Gives the number of rows of a round: enough for all sequences that decode and some of a prompt.
   *
   * @param decoding number of sequences that wait for few rows
   */
  int rows(int decoding) {
    if (secondsPerRow == 0) {
      return most;
    }
    double rows = (decoding > 0 ? 1 : ALONE) * seconds / secondsPerRow;
    return (int) Math.min(most, Math.max(decoding + LEAST, rows));
  }

  /** Learns from a round. */
  void took(int rows, long nanos) {
    if (rows >= Math.min(LEAST, most)) {
      double last = nanos / 1e9 / rows;
      secondsPerRow =
          secondsPerRow == 0 ? last : secondsPerRow + WEIGHT_OF_LAST * (last - secondsPerRow);
    }
  }
}
