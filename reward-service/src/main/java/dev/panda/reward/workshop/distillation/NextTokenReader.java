package dev.panda.reward.workshop.distillation;

import dev.panda.transformer.engine.Engine;
import dev.panda.transformer.reward.RewardModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

/**
 * Reads steps of responses with the token that came next. One pass reads all steps, whereas
 * candidates would each need a row of their own. A head that learns from many such steps
 * generalises to other tokens.
 *
 * @param layers blocks after which to keep states
 * @param pooledLayers these blocks and the reward model's, ascending
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
