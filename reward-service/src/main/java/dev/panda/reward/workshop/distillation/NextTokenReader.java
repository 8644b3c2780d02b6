package dev.panda.reward.workshop.distillation;

import dev.panda.reward.serving.head.RewardModel;
import dev.panda.transformer.engine.Engine;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

/**
 * Reads steps of responses with the one token that came next: all of them in one pass, where every
 * candidate would need a row of its own. What is learned from many of them holds for other tokens.
 *
 * @param layers after which states are kept
 * @param pooledLayers the same and the reward model's, ascending
 */
record NextTokenReader(Engine engine, RewardModel teacher, int[] layers, int[] pooledLayers) {

  /**
   * @param tokens prompt and response
   * @param lengths of the sequence before each step, ascending, at least 1
   */
  CompletableFuture<List<NextTokenStep>> read(int[] tokens, int[] lengths) {
    int[] ends =
        IntStream.of(lengths)
            .flatMap(length -> IntStream.of(length, length + 1))
            .distinct()
            .toArray();
    return engine
        .pool(tokens, 0, ends, pooledLayers)
        .thenApply(
            pooled -> steps(tokens, lengths, ends, new Pooled(pooled, ends.length, pooledLayers)));
  }

  private List<NextTokenStep> steps(int[] tokens, int[] lengths, int[] ends, Pooled pooled) {
    List<NextTokenStep> steps = new ArrayList<>();
    for (int length : lengths) {
      int end = Arrays.binarySearch(ends, length);
      float[] next = pooled.last(end + 1, teacher.card().readout().layer());
      double projection = 0;
      for (int d = 0; d < next.length; d++) {
        projection += (double) teacher.head().weight()[d] * next[d];
      }
      float[][] states = pooled.last(end, layers);
      steps.add(
          new NextTokenStep(states, tokens[length], CandidateStep.clipped(teacher, projection)));
    }
    return steps;
  }
}
