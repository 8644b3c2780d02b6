package dev.panda.reward.distillation;

import dev.panda.reward.head.RewardModel;
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
 * @param layers after which states are read, ascending, the reward model's among them
 */
record NextTokenReader(Engine engine, RewardModel teacher, int[] layers) {

  /**
   * @param tokens prompt and response
   * @param lengths of the sequence before each step, ascending, at least 1
   */
  CompletableFuture<List<CandidateStep>> read(int[] tokens, int[] lengths) {
    int[] ends =
        IntStream.of(lengths)
            .flatMap(length -> IntStream.of(length, length + 1))
            .distinct()
            .toArray();
    return engine
        .pool(tokens, 0, ends, layers)
        .thenApply(pooled -> steps(tokens, lengths, ends, pooled));
  }

  /**
   * @param pooled [end × layer × (last, mean) × D]
   */
  private List<CandidateStep> steps(int[] tokens, int[] lengths, int[] ends, float[] pooled) {
    int size = pooled.length / ends.length / layers.length / 2;
    int read = Arrays.binarySearch(layers, teacher.card().readout().layer());
    List<CandidateStep> steps = new ArrayList<>();
    for (int length : lengths) {
      int end = Arrays.binarySearch(ends, length);
      float[][] states = new float[layers.length][];
      for (int layer = 0; layer < layers.length; layer++) {
        int from = (end * layers.length + layer) * 2 * size;
        states[layer] = Arrays.copyOfRange(pooled, from, from + size);
      }
      int next = ((end + 1) * layers.length + read) * 2 * size;
      double projection = 0;
      for (int d = 0; d < size; d++) {
        projection += (double) teacher.head().weight()[d] * pooled[next + d];
      }
      steps.add(
          new CandidateStep(
              states,
              new int[] {tokens[length]},
              new float[] {CandidateStep.clipped(teacher, projection)}));
    }
    return steps;
  }
}
