package dev.panda.reward.workshop.training;

import dev.panda.reward.workshop.pairs.EncodedPair;
import dev.panda.reward.workshop.pairs.PreferencePair;
import dev.panda.reward.workshop.pairs.ResponseTokens;
import dev.panda.transformer.decoder.PreferenceBatch;
import dev.panda.transformer.reward.Pooling;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.function.Function;

/**
 * The pairs of all updates. They depend only on the seed and the update's number, so resumed
 * training sees the same pairs. Each pass shuffles the pairs, and each update groups its pairs by
 * length to reduce padding.
 *
 * @param cuts the cuts of each pair to train on
 * @param pooling how to combine the terms of a response's tokens into its reward
 * @param size pairs in an update; the last update of a pass may have fewer
 * @param microSize pairs that pass through the decoder at once
 */
record PairBatches(
    List<EncodedPair> pairs,
    Function<PreferencePair, int[]> cuts,
    Pooling pooling,
    int size,
    int microSize,
    long seed) {

  /** Number of updates in a pass, in which every pair is learned once. */
  int perPass() {
    return (pairs.size() + size - 1) / size;
  }

  /**
   * The pairs of an update, in batches for the decoder.
   *
   * @param update from 1
   */
  List<PreferenceBatch> of(long update) {
    long pass = (update - 1) / perPass();
    List<EncodedPair> order = new ArrayList<>(pairs);
    Collections.shuffle(order, new Random(new SplittableRandom(seed).nextLong() + pass));
    int from = (int) ((update - 1) % perPass()) * size;
    return inPieces(order.subList(from, Math.min(order.size(), from + size)));
  }

  /** Batches of all pairs once. */
  List<PreferenceBatch> all() {
    return inPieces(pairs);
  }

  private List<PreferenceBatch> inPieces(List<EncodedPair> some) {
    List<EncodedPair> byLength =
        some.stream().sorted(Comparator.comparingInt(PairBatches::length)).toList();
    List<PreferenceBatch> pieces = new ArrayList<>();
    for (int from = 0; from < byLength.size(); from += microSize) {
      pieces.add(piece(byLength.subList(from, Math.min(byLength.size(), from + microSize))));
    }
    return pieces;
  }

  private PreferenceBatch piece(List<EncodedPair> some) {
    int width = some.stream().mapToInt(PairBatches::length).max().orElseThrow();
    List<long[]> ids = new ArrayList<>();
    List<float[][]> shares = new ArrayList<>();
    for (EncodedPair pair : some) {
      int[] learned = cuts.apply(pair.pair());
      for (ResponseTokens response : List.of(pair.chosen(), pair.rejected())) {
        ids.add(padded(response, width));
        shares.add(shares(response, learned, width));
      }
    }
    return new PreferenceBatch(ids.toArray(long[][]::new), shares.toArray(float[][][]::new));
  }

  private static int length(EncodedPair pair) {
    return Math.max(pair.chosen().tokens().length, pair.rejected().tokens().length);
  }

  private static long[] padded(ResponseTokens response, int width) {
    return Arrays.copyOf(Arrays.stream(response.tokens()).asLongStream().toArray(), width);
  }

  /**
   * The weight of each token's term. An increment is a term of a mean, so it is trained as the
   * mean.
   */
  private float[][] shares(ResponseTokens response, int[] learned, int width) {
    int[] ends = response.cuts();
    float[][] shares = new float[learned.length][width];
    for (int cut = 0; cut < shares.length; cut++) {
      int end = ends[learned[cut]];
      int start = pooling == Pooling.LAST ? end - 1 : response.start();
      Arrays.fill(shares[cut], start, end, 1f / (end - start));
    }
    return shares;
  }
}
