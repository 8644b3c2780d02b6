package dev.panda.reward.workshop.features;

import dev.panda.reward.workshop.batch.BatchProgress;
import dev.panda.reward.workshop.batch.InFlight;
import dev.panda.reward.workshop.pairs.ResponseTokens;
import dev.panda.transformer.workshop.training.TrainingException;
import java.util.Collection;
import java.util.List;

/**
 * Fills the cache: runs each new response through the backbone once. Loads the backbone only if
 * there are new responses.
 */
public record FeatureExtraction(FrozenBackbone backbone, FeatureSpace space, FeatureCache cache) {
  /**
   * Adds the missing features to the cache.
   *
   * @throws TrainingException if a hidden state is not finite
   */
  public void run(Collection<ResponseTokens> responses, BatchProgress.Display display) {
    List<ResponseTokens> missing =
        responses.stream().distinct().filter(response -> !cache.contains(response)).toList();
    if (missing.isEmpty()) {
      return;
    }
    int highest = space.layers()[space.layers().length - 1];
    try (FrozenBackbone.Features features = backbone.features(highest);
        BatchProgress progress = display.start("Features", missing.size())) {
      InFlight.run(
          missing,
          response ->
              features.pool(response.tokens(), response.start(), response.cuts(), space.layers()),
          (response, pooled) -> {
            add(response, pooled);
            progress.advance(1);
          });
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
