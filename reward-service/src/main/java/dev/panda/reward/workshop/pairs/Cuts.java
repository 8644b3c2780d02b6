package dev.panda.reward.workshop.pairs;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The cuts of responses. Both responses of a pair keep the same share of their own tokens, in
 * training and in evaluation, so that both are equally far from their end. A whole response ends
 * with the end token; a cut response does not.
 */
public final class Cuts {
  /** Number of equal parts of a response; features are kept at the end of each part. */
  public static final int PARTS = 8;

  /** Shares of a response's tokens for evaluation, in percent; the whole response first. */
  public static final List<Integer> PERCENTS = List.of(100, 75, 50, 25);

  private Cuts() {}

  /**
   * Ends of a response, exclusive: first the whole response, then an eighth less each. Every cut
   * keeps at least one token.
   *
   * @param start first token of the response
   * @param length number of its tokens, without the end token, at least 1
   * @param endToken whether an end token follows
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

  /** The ends for {@link #PERCENTS}, from all ends. */
  public static int[] evaluated(int[] all) {
    return Arrays.stream(evaluated()).map(cut -> all[cut]).toArray();
  }

  /** The indices in {@link #all} of the ends for {@link #PERCENTS}. */
  public static int[] evaluated() {
    return PERCENTS.stream().mapToInt(percent -> PARTS - percent * PARTS / 100).toArray();
  }
}
