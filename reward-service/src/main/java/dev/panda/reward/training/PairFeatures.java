package dev.panda.reward.training;

import java.util.ArrayList;
import java.util.List;

/**
 * Features of pairs at one readout. Row i is pair i / C at cut i % C of {@link Cuts#PERCENTS}, C of
 * them: truncated responses are trained on beside whole ones.
 *
 * @param chosen [rows × D]
 * @param rejected [rows × D]
 */
record PairFeatures(float[][] chosen, float[][] rejected) {

  /** Reads them from a cache that holds all of the responses. */
  static PairFeatures read(
      FeatureCache cache, int offset, int hiddenSize, List<EncodedPair> pairs) {
    List<float[]> chosen = new ArrayList<>();
    List<float[]> rejected = new ArrayList<>();
    for (EncodedPair pair : pairs) {
      addCuts(chosen, cache, offset, hiddenSize, pair.chosen());
      addCuts(rejected, cache, offset, hiddenSize, pair.rejected());
    }
    return new PairFeatures(chosen.toArray(float[][]::new), rejected.toArray(float[][]::new));
  }

  private static void addCuts(
      List<float[]> rows, FeatureCache cache, int offset, int hiddenSize, ResponseTokens response) {
    int cuts = Cuts.PERCENTS.size();
    float[] all = cache.read(response, offset, cuts * hiddenSize);
    for (int cut = 0; cut < cuts; cut++) {
      float[] row = new float[hiddenSize];
      System.arraycopy(all, cut * hiddenSize, row, 0, hiddenSize);
      rows.add(row);
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
