package dev.panda.reward.workshop.distillation;

import dev.panda.reward.workshop.features.FeatureExtraction;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * States of a sequence at some ends, as the engine pools them.
 *
 * @param values [end × layer × (last, mean) × D]
 * @param layers ascending
 */
record Pooled(float[] values, int ends, int[] layers) {
  private static final int POOLINGS = 2;

  /**
   * State of the last token before an end, after a layer [D].
   *
   * @throws dev.panda.transformer.workshop.training.TrainingException if a number of it is not
   *     finite
   */
  float[] last(int end, int layer) {
    int size = values.length / ends / layers.length / POOLINGS;
    int from = (end * layers.length + Arrays.binarySearch(layers, layer)) * POOLINGS * size;
    float[] state = Arrays.copyOfRange(values, from, from + size);
    FeatureExtraction.requireFinite(state);
    return state;
  }

  /** The same after several layers [layer × D]. */
  float[][] last(int end, int[] after) {
    return IntStream.of(after).mapToObj(layer -> last(end, layer)).toArray(float[][]::new);
  }
}
