package dev.panda.transformer.decoder;

/**
 * P pairs that pass through the decoder together; each response is read at E ends.
 *
 * @param ids token ids [2 P × T], right-padded with any id: for each pair the prompt with the
 *     chosen response, then the prompt with the rejected one
 * @param shares weight of each token's term in the reward at an end [2 P × E × T]
 */
public record PreferenceBatch(long[][] ids, float[][][] shares) {
  public PreferenceBatch {
    if (ids.length == 0 || ids.length % 2 != 0 || shares.length != ids.length) {
      throw new IllegalArgumentException(
          "responses: %d, shares of %d (expected: two responses for each pair, and shares for each response)"
              .formatted(ids.length, shares.length));
    }
    for (float[][] response : shares) {
      boolean even = response.length == shares[0].length && response.length > 0;
      for (float[] end : response) {
        even &= end.length == ids[0].length;
      }
      if (!even) {
        throw new IllegalArgumentException(
            "shares: uneven (expected: one for each token, and the same number of ends for each response)");
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
