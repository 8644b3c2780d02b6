package dev.panda.transformer.decoder;

import java.util.Arrays;

/**
 * Tokens that may follow a sequence, each evaluated independently of the others.
 *
 * @param ids token ids [C]
 * @param behind how many of the sequence's tokens come before each [C]
 * @param place of the first one's keys and values in the cache; the others' follow
 */
public record Branches(int[] ids, int[] behind, int place) {
  /** No tokens. */
  public static final Branches NONE = at(0, 0);

  public Branches {
    if (ids.length != behind.length) {
      throw new IllegalArgumentException(
          "behind: %d numbers (expected: one for each of %d tokens)"
              .formatted(behind.length, ids.length));
    }
  }

  /** Tokens that all follow the same ones. */
  public static Branches at(int behind, int place, int... ids) {
    int[] all = new int[ids.length];
    Arrays.fill(all, behind);
    return new Branches(ids, all, place);
  }

  int count() {
    return ids.length;
  }
}
