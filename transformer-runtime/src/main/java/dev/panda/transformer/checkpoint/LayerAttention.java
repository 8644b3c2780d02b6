package dev.panda.transformer.checkpoint;

import java.util.List;
import java.util.OptionalInt;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * How one layer sees positions.
 *
 * @param rotation of queries and keys; {@link RotaryEmbedding#NONE} in a layer without
 * @param window number of tokens that a token attends to; empty if there is no limit
 */
public record LayerAttention(RotaryEmbedding rotation, OptionalInt window) {
  private static final Bounds LAYERS = new Bounds(1, 1 << 12);

  public LayerAttention {
    window.ifPresent(tokens -> new Bounds(1, Integer.MAX_VALUE).check("sliding_window", tokens));
  }

  /**
   * The attention of all layers.
   *
   * @param of the attention of a layer, from 0
   * @throws IllegalArgumentException if the number of layers is out of bounds
   */
  public static List<LayerAttention> ofEach(int layers, IntFunction<LayerAttention> of) {
    LAYERS.check("num_hidden_layers", layers);
    return IntStream.range(0, layers).mapToObj(of).toList();
  }
}
