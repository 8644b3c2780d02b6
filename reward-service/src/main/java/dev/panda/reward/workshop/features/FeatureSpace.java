package dev.panda.reward.workshop.features;

import dev.panda.reward.workshop.pairs.Cuts;
import dev.panda.transformer.reward.Pooling;
import java.util.Arrays;

/**
 * The hidden states to keep for a response: [layer × (last, mean) × cut × D].
 *
 * @param backbone fingerprint of the checkpoint
 * @param numerics format of the backbone's weights
 * @param layers blocks after which to read, ascending, from 1
 * @param hiddenSize D
 */
public record FeatureSpace(String backbone, String numerics, int[] layers, int hiddenSize) {
  private static final int POOLINGS = 2;

  /** Number of floats of one response. */
  public int size() {
    return layers.length * POOLINGS * readoutSize();
  }

  /** Number of floats of one response at one readout: [cut × D]. */
  int readoutSize() {
    return Cuts.PARTS * hiddenSize;
  }

  /** Index of a readout's first float; an increment has the features of a mean. */
  public int offset(int layer, Pooling pooling) {
    return (index(layer) * POOLINGS + (pooling == Pooling.LAST ? 0 : 1)) * readoutSize();
  }

  /** The place of a layer among {@link #layers}. */
  int index(int layer) {
    return Arrays.binarySearch(layers, layer);
  }

  /**
   * Reorders features from the backbone's order, [cut × layer × pooling × D], to [layer × pooling ×
   * cut × D].
   */
  float[] arrange(float[] pooled) {
    int cuts = Cuts.PARTS;
    int readouts = layers.length * POOLINGS;
    if (pooled.length != size()) {
      throw new IllegalArgumentException(
          "pooled: %d numbers (expected: %d)".formatted(pooled.length, size()));
    }
    float[] arranged = new float[pooled.length];
    for (int cut = 0; cut < cuts; cut++) {
      for (int readout = 0; readout < readouts; readout++) {
        int from = (cut * readouts + readout) * hiddenSize;
        int to = (readout * cuts + cut) * hiddenSize;
        System.arraycopy(pooled, from, arranged, to, hiddenSize);
      }
    }
    return arranged;
  }

  /** The description of a cache of these features; equal for equal spaces. */
  String describe() {
    return """
        Hidden states of responses, written by train-reward; may be deleted at any time.
        format: 2
        backbone: %s
        numerics: %s
        layers: %s
        poolings: last, mean
        cuts: %d, evenly
        hidden size: %d
        """
        .formatted(backbone, numerics, Arrays.toString(layers), Cuts.PARTS, hiddenSize);
  }
}
