package dev.panda.reward.workshop.pairs;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Where responses are cut. Both responses of a pair keep the same share of their own tokens, in
 * training as in evaluation: both are then equally far from their end. A whole response ends with
 * the end token, a cut one does not.
 */
public final class Cuts {
  /** Into how many equal parts a response is cut; features are kept at the end of each. */
  public static final int PARTS = 8;

  /** Shares of a response's tokens at which it is evaluated, in percent; the whole first. */
  public static final List<Integer> PERCENTS = List.of(100, 75, 50, 25);

  private Cuts() {}

  /**
   * Ends of a response, exclusive, the whole first, then an eighth less each; none keeps less than
   * one token.
   *
   * @param start first token of the response
   * @param length number of its tokens, without the end token, at least 1
   * @param endToken whether an end token stands behind them
   */
  public static int[] all(int start, int length, boolean endToken) {
    int[] ends =
        IntStream.range(0, PARTS)
            .map(cut -> start + (length * (PARTS - cut) + PARTS - 1) / PARTS)
            .toArray();
    if (endToken) {
      ends[0]++;
    }
    return ends;
  }

  /** Those of all ends that {@link #PERCENTS} name. */
  public static int[] evaluated(int[] all) {
    return Arrays.stream(evaluated()).map(cut -> all[cut]).toArray();
  }

  /** Which of {@link #all} they are. */
  public static int[] evaluated() {
    return PERCENTS.stream().mapToInt(percent -> PARTS - percent * PARTS / 100).toArray();
  }
}
