package dev.panda.transformer.decoder;

/**
 * Pairs that go through the decoder at once, P of them, each response read at E ends.
 *
 * @param ids token ids [2 P × T], right-padded with any id: of each pair the chosen response behind
 *     its prompt, then the rejected one
 * @param shares what each token's term counts for in the reward at an end [2 P × E × T]
 */
public record PreferenceBatch(long[][] ids, float[][][] shares) {
  public PreferenceBatch {
    if (ids.length == 0 || ids.length % 2 != 0 || shares.length != ids.length) {
      throw new IllegalArgumentException(
          "responses: %d, shares of %d (expected: two for each pair, of each its shares)"
              .formatted(ids.length, shares.length));
    }
    for (float[][] response : shares) {
      boolean even = response.length == shares[0].length && response.length > 0;
      for (float[] end : response) {
        even &= end.length == ids[0].length;
      }
      if (!even) {
        throw new IllegalArgumentException(
            "shares: uneven (expected: one for each token, of as many ends of each response)");
      }
    }
  }

  /** Number of pairs P. */
  public int pairs() {
    return ids.length / 2;
  }

  /** Number of ends E. */
  int ends() {
    return shares[0].length;
  }
}
