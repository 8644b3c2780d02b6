package dev.panda.reward.workshop.distillation;

import dev.panda.reward.workshop.features.FeatureExtraction;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Pooled states of a sequence at several ends, in the engine's layout.
 *
 * @param values [end × layer × (last, mean) × D]
 * @param layers ascending
 */
record Pooled(float[] values, int ends, int[] layers) {
  private static final int POOLINGS = 2;

  /**
   * State of the last token before an end, after a layer [D].
   *
   * @throws dev.panda.transformer.workshop.training.TrainingException if a number is not finite
   */
  float[] last(int end, int layer) {
    int size = values.length / ends / layers.length / POOLINGS;
    int from = (end * layers.length + Arrays.binarySearch(layers, layer)) * POOLINGS * size;
    float[] state = Arrays.copyOfRange(values, from, from + size);
    FeatureExtraction.requireFinite(state);
    return state;
  }

  /** States of the last token before an end, after several layers [layer × D]. */
  float[][] last(int end, int[] after) {
    return IntStream.of(after).mapToObj(layer -> last(end, layer)).toArray(float[][]::new);
  }
}
