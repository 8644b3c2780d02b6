package dev.panda.reward.training;

import dev.panda.transformer.training.TrainingException;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Runs responses through the backbone, once each, into the cache; loads it only for new ones. */
record FeatureExtraction(Backbone backbone, FeatureSpace space, FeatureCache cache) {
  /** Enough that the backbone never waits for the disk. */
  private static final int IN_FLIGHT = 4;

  private record Pending(ResponseTokens response, CompletableFuture<float[]> pooled) {}

  /**
   * Adds the features that the cache lacks.
   *
   * @throws TrainingException if a hidden state is not finite
   */
  void run(Collection<ResponseTokens> responses, Progress.Display display) {
    List<ResponseTokens> missing =
        responses.stream().distinct().filter(response -> !cache.contains(response)).toList();
    if (missing.isEmpty()) {
      return;
    }
    int highest = space.layers()[space.layers().length - 1];
    try (Backbone.Features features = backbone.features(highest);
        Progress progress = display.start("Features", missing.size())) {
      Deque<Pending> pending = new ArrayDeque<>();
      for (ResponseTokens response : missing) {
        pending.add(
            new Pending(
                response,
                features.pool(
                    response.tokens(), response.start(), response.ends(), space.layers())));
        if (pending.size() == IN_FLIGHT) {
          finish(pending.remove(), progress);
        }
      }
      while (!pending.isEmpty()) {
        finish(pending.remove(), progress);
      }
    }
  }

  private void finish(Pending pending, Progress progress) {
    float[] features;
    try {
      features = pending.pooled.join();
    } catch (CompletionException e) {
      throw new TrainingException("backbone: " + e.getCause().getMessage(), e);
    }
    for (float feature : features) {
      if (!Float.isFinite(feature)) {
        throw new TrainingException(
            "hidden state: " + feature + " (expected: finite; try --numerics float32)");
      }
    }
    cache.add(pending.response, space.arrange(features));
    progress.advance(1);
  }
}
