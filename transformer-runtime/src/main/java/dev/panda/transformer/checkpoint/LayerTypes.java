package dev.panda.transformer.checkpoint;

import java.util.List;
import java.util.OptionalInt;

/**
 * Reads from a {@code config.json} which layers have a sliding window and how each layer rotates
 * queries and keys. {@code layer_types} goes before the rules of the family.
 */
final class LayerTypes {
  private static final String SLIDING = "sliding_attention";
  private static final String FULL = "full_attention";
  private static final int QWEN_MAX_WINDOW_LAYERS = 28;
  private static final int GEMMA3_PATTERN = 6;
  private static final int SMOLLM3_INTERVAL = 4;

  private final JsonFields config;
  private final Family family;
  private final int layers;
  private final OptionalInt window;
  private final List<String> types;
  private final List<Integer> rotates;

  LayerTypes(JsonFields config, Family family, int layers) {
    this.config = config;
    this.family = family;
    this.layers = layers;
    this.window = window();
    this.types = hasTypes() ? config.strings("layer_types") : List.of();
    this.rotates = family == Family.SMOLLM3 ? config.integers("no_rope_layers") : List.of();
    requireOneForEachLayer("layer_types", types.size());
    requireOneForEachLayer("no_rope_layers", rotates.size());
  }

  private OptionalInt window() {
    return switch (family) {
      case LLAMA -> OptionalInt.empty();
      case MISTRAL, PHI3, GEMMA3 -> config.integer("sliding_window");
      case QWEN2, QWEN3, SMOLLM3 ->
          config.flag("use_sliding_window", false)
              ? config.integer("sliding_window")
              : OptionalInt.empty();
    };
  }

  private boolean hasTypes() {
    return switch (family) {
      case LLAMA, MISTRAL, PHI3 -> false;
      case QWEN2, QWEN3, SMOLLM3, GEMMA3 -> true;
    };
  }

  private void requireOneForEachLayer(String field, int count) {
    if (count != 0 && count != layers) {
      throw config.error(
          field + ": " + count + " (expected: one for each of the " + layers + " layers)");
    }
  }

  /** The attention of each layer, from the first. */
  List<LayerAttention> attention(int headDim, int context) {
    RotaryEmbedding everywhere = RotaryParameters.of(config, family).embedding(headDim, context);
    RotaryEmbedding inWindows =
        family == Family.GEMMA3
            ? RotaryParameters.ofGemma3Windows(config).embedding(headDim, context)
            : everywhere;
    return LayerAttention.ofEach(
        layers,
        layer -> {
          boolean slides = slides(layer);
          RotaryEmbedding rotation = slides ? inWindows : everywhere;
          return new LayerAttention(
              rotates(layer) ? rotation : RotaryEmbedding.NONE,
              slides ? window : OptionalInt.empty());
        });
  }

  private boolean slides(int layer) {
    if (!types.isEmpty()) {
      return isSliding(types.get(layer));
    }
    return switch (family) {
      case LLAMA, MISTRAL, PHI3 -> window.isPresent();
      case QWEN2, QWEN3 ->
          window.isPresent()
              && layer >= config.integer("max_window_layers").orElse(QWEN_MAX_WINDOW_LAYERS);
      case SMOLLM3 -> window.isPresent() && !rotates(layer);
      case GEMMA3 -> (layer + 1) % interval("sliding_window_pattern", GEMMA3_PATTERN) != 0;
    };
  }

  private boolean isSliding(String type) {
    if (!type.equals(FULL) && (!type.equals(SLIDING) || window.isEmpty())) {
      throw config.error(
          "layer_types: %s (expected: %s%s)"
              .formatted(
                  type, FULL, window.isEmpty() ? ", without a sliding_window" : " or " + SLIDING));
    }
    return type.equals(SLIDING);
  }

  private boolean rotates(int layer) {
    if (!rotates.isEmpty()) {
      return rotates.get(layer) != 0;
    }
    return family != Family.SMOLLM3
        || (layer + 1) % interval("no_rope_layer_interval", SMOLLM3_INTERVAL) != 0;
  }

  private int interval(String field, int whenAbsent) {
    int interval = config.integer(field).orElse(whenAbsent);
    new Bounds(1, Integer.MAX_VALUE).check(field, interval);
    return interval;
  }
}
