package dev.panda.transformer.decoder;

import dev.panda.transformer.checkpoint.ModelConfig;
import dev.panda.transformer.checkpoint.ModelTensors;
import dev.panda.transformer.checkpoint.adapter.LinearLayer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The places of the adapters' factors in {@code decoder.py}'s list. */
final class LayerFactors {
  private LayerFactors() {}

  /**
   * One matrix that may have an adapter.
   *
   * @param weight its name in a checkpoint
   * @param pairs the rotary pairs among its rows; empty if it has none
   */
  record Place(String weight, int outputs, int inputs, Optional<RotaryPairs> pairs) {

    /** Converts the rows of B from the checkpoint's order to the decoder's. */
    float[] ordered(float[] b) {
      return pairs.map(order -> order.interleave(b, b.length / outputs)).orElse(b);
    }

    /** The inverse of {@link #ordered}. */
    float[] asInCheckpoint(float[] b) {
      return pairs.map(order -> order.split(b, b.length / outputs)).orElse(b);
    }
  }

  /** All places, block by block. */
  static List<Place> places(ModelConfig config, int blocks) {
    Map<String, List<Integer>> shapes = ModelTensors.shapes(config, blocks);
    List<Place> places = new ArrayList<>();
    for (int block = 0; block < blocks; block++) {
      for (LinearLayer layer : LinearLayer.values()) {
        List<Integer> shape = shapes.get(layer.weight(block));
        Optional<RotaryPairs> pairs =
            layer == LinearLayer.Q || layer == LinearLayer.K
                ? Optional.of(RotaryPairs.of(config, block))
                : Optional.empty();
        places.add(new Place(layer.weight(block), shape.get(0), shape.get(1), pairs));
      }
    }
    return places;
  }
}
