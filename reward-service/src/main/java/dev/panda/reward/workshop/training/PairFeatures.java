package dev.panda.reward.workshop.training;

import dev.panda.reward.workshop.features.FeatureCache;
import dev.panda.reward.workshop.pairs.Cuts;
import dev.panda.reward.workshop.pairs.EncodedPair;
import dev.panda.reward.workshop.pairs.PreferencePair;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/**
 * Features of pairs at one readout. With C cuts for each pair, row i is pair i / C at cut i % C, so
 * that training includes truncated responses.
 *
 * @param chosen [rows × D]
 * @param rejected [rows × D]
 */
record PairFeatures(float[][] chosen, float[][] rejected) {

  /**
   * Reads the features from a cache that contains all responses.
   *
   * @param cuts indices of {@link Cuts#all}; the same number for each pair
   */
  static PairFeatures read(
      FeatureCache cache,
      int offset,
      int hiddenSize,
      List<EncodedPair> pairs,
      Function<PreferencePair, int[]> cuts) {
    List<float[]> chosen = new ArrayList<>();
    List<float[]> rejected = new ArrayList<>();
    for (EncodedPair pair : pairs) {
      int[] read = cuts.apply(pair.pair());
      addCuts(chosen, cache.read(pair.chosen(), offset, Cuts.PARTS * hiddenSize), read);
      addCuts(rejected, cache.read(pair.rejected(), offset, Cuts.PARTS * hiddenSize), read);
    }
    return new PairFeatures(chosen.toArray(float[][]::new), rejected.toArray(float[][]::new));
  }

  private static void addCuts(List<float[]> rows, float[] all, int[] cuts) {
    int hiddenSize = all.length / Cuts.PARTS;
    for (int cut : cuts) {
      rows.add(Arrays.copyOfRange(all, cut * hiddenSize, (cut + 1) * hiddenSize));
    }
  }

  /** Number of rows. */
  int rows() {
    return chosen.length;
  }

  /** Number of features D. */
  int size() {
    return chosen[0].length;
  }
}
