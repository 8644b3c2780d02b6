package dev.panda.reward.training;

import java.util.List;

/**
 * Where responses are cut. Both responses of a pair keep the same share of their own tokens, in
 * training as in evaluation: both are then equally far from their end. A whole response ends with
 * the end token, a cut one does not.
 */
final class Cuts {
  /** Shares of a response's tokens, in percent; the whole response first. */
  static final List<Integer> PERCENTS = List.of(100, 75, 50, 25);

  private Cuts() {}

  /**
   * Ends of a response, exclusive, for each of {@link #PERCENTS}; none keeps less than one token.
   *
   * @param start first token of the response
   * @param length number of its tokens, without the end token, at least 1
   * @param endToken whether an end token stands behind them
   */
  static int[] ends(int start, int length, boolean endToken) {
    int[] ends = new int[PERCENTS.size()];
    for (int cut = 0; cut < ends.length; cut++) {
      int percent = PERCENTS.get(cut);
      int kept = (length * percent + 99) / 100;
      ends[cut] = start + kept + (percent == 100 && endToken ? 1 : 0);
    }
    return ends;
  }
}
