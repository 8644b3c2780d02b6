package dev.panda.reward.workshop.features;

import dev.panda.reward.workshop.batch.BatchProgress;
import dev.panda.reward.workshop.batch.InFlight;
import dev.panda.reward.workshop.pairs.ResponseTokens;
import dev.panda.transformer.workshop.training.TrainingException;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Fills the cache: runs each new response through the backbone once. Loads the backbone only if
 * there are new responses.
 */
public record FeatureExtraction(FrozenBackbone backbone, FeatureSpace space, FeatureCache cache) {
  /**
   * Adds the missing features to the cache, and the missing states of a sample.
   *
   * @param sample some of the responses, whose tokens' states are kept too
   * @throws TrainingException if a hidden state is not finite
   */
  public void run(
      Collection<ResponseTokens> responses,
      Collection<ResponseTokens> sample,
      BatchProgress.Display display) {
    TokenStates states = cache.states(space);
    Set<ResponseTokens> kept = new LinkedHashSet<>(sample);
    kept.removeIf(response -> cache.contains(response) && states.contains(response));
    Set<ResponseTokens> others = new LinkedHashSet<>(responses);
    others.removeIf(response -> cache.contains(response) || kept.contains(response));
    int missing = kept.size() + others.size();
    if (missing == 0) {
      return;
    }
    int highest = space.layers()[space.layers().length - 1];
    try (FrozenBackbone.Features features = backbone.features(highest);
        BatchProgress progress = display.start("Features", missing)) {
      InFlight.run(
          kept,
          1, // the states of one response may take much memory
          response ->
              features.pool(response.tokens(), response.start(), ends(response), space.layers()),
          (response, pooled) -> {
            keep(response, pooled, states);
            progress.advance(1);
          });
      InFlight.run(
          others,
          response ->
              features.pool(response.tokens(), response.start(), response.cuts(), space.layers()),
          (response, pooled) -> {
            add(response, pooled);
            progress.advance(1);
          });
    }
  }

  /** The end of every token of the response. */
  private static int[] ends(ResponseTokens response) {
    return IntStream.rangeClosed(response.start() + 1, response.tokens().length).toArray();
  }

  /**
   * Keeps the states of all tokens, and the features at the cuts, which are the same as without the
   * other ends.
   *
   * @param pooled [token × layer × (last, mean) × D]
   */
  private void keep(ResponseTokens response, float[] pooled, TokenStates states) {
    requireFinite(pooled);
    int size = space.hiddenSize();
    int layers = space.layers().length;
    int row = layers * 2 * size;
    int tokens = pooled.length / row;
    float[] all = new float[tokens * layers * size];
    for (int token = 0; token < tokens; token++) {
      for (int layer = 0; layer < layers; layer++) {
        int from = token * row + layer * 2 * size;
        System.arraycopy(pooled, from, all, (layer * tokens + token) * size, size);
      }
    }
    states.add(response, all);
    if (!cache.contains(response)) {
      int[] cuts = response.cuts();
      float[] features = new float[cuts.length * row];
      for (int cut = 0; cut < cuts.length; cut++) {
        int token = cuts[cut] - 1 - response.start();
        System.arraycopy(pooled, token * row, features, cut * row, row);
      }
      add(response, features);
    }
  }

  private void add(ResponseTokens response, float[] features) {
    requireFinite(features);
    cache.add(response, space.arrange(features));
  }

  /**
   * Checks hidden states before training uses them.
   *
   * @throws TrainingException if a number is not finite
   */
  public static void requireFinite(float[] states) {
    for (float number : states) {
      if (!Float.isFinite(number)) {
        throw new TrainingException(
            "hidden state: " + number + " (expected: finite; try --numerics float32)");
      }
    }
  }
}
