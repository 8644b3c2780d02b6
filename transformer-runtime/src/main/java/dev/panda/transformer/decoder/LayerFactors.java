package dev.panda.transformer.decoder;

import dev.panda.transformer.checkpoint.ModelConfig;
import dev.panda.transformer.checkpoint.ModelTensors;
import dev.panda.transformer.checkpoint.adapter.LinearLayer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The places of the adapters' factors in {@code decoder.py}'s list. */
final class LayerFactors {
  private LayerFactors() {}

  /**
   * One matrix that may have an adapter.
   *
   * @param weight its name in a checkpoint
   * @param rotaryHeadDim dimension of its heads if its rows are rotary pairs, else 0
   */
  record Place(String weight, int outputs, int inputs, int rotaryHeadDim) {

    /** Converts the rows of B from the checkpoint's order to the decoder's. */
    float[] ordered(float[] b) {
      return rotaryHeadDim == 0 ? b : RotaryPairs.interleave(b, rotaryHeadDim, b.length / outputs);
    }

    /** The inverse of {@link #ordered}. */
    float[] asInCheckpoint(float[] b) {
      return rotaryHeadDim == 0 ? b : RotaryPairs.split(b, rotaryHeadDim, b.length / outputs);
    }
  }

  /** All places, block by block. */
  static List<Place> places(ModelConfig config, int blocks) {
    Map<String, List<Integer>> shapes = ModelTensors.shapes(config, blocks);
    List<Place> places = new ArrayList<>();
    for (int block = 0; block < blocks; block++) {
      for (LinearLayer layer : LinearLayer.values()) {
        List<Integer> shape = shapes.get(layer.weight(block));
        boolean rotary = layer == LinearLayer.Q || layer == LinearLayer.K;
        places.add(
            new Place(
                layer.weight(block), shape.get(0), shape.get(1), rotary ? config.headDim() : 0));
      }
    }
    return places;
  }
}
