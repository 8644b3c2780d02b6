package dev.panda.transformer.checkpoint.gguf;

import dev.panda.transformer.checkpoint.Family;
import dev.panda.transformer.checkpoint.LayerAttention;
import dev.panda.transformer.checkpoint.RotaryEmbedding;
import dev.panda.transformer.checkpoint.RotaryScaling;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;

/**
 * Reads from a GGUF file which layers have a sliding window and how each layer rotates queries and
 * keys. llama.cpp derives the rest from the architecture.
 */
final class GgufLayers {
  /** Divisors of the rotary frequencies. */
  static final String ROTARY_FACTORS = "rope_freqs.weight";

  /** The divisors of LongRoPE up to the original context, and beyond it. */
  static final String SHORT_FACTORS = "rope_factors_short.weight";

  static final String LONG_FACTORS = "rope_factors_long.weight";
  private static final String ORIGINAL_CONTEXT = "rope.scaling.original_context_length";
  private static final double DEFAULT_THETA = 10_000;
  private static final int GEMMA3_PATTERN = 6;
  private static final int SMOLLM3_INTERVAL = 4;

  private final GgufKeys keys;
  private final Family family;
  private final Function<String, Optional<float[]>> factors;

  /**
   * @param factors reads a tensor of divisors; empty if the file has none
   */
  GgufLayers(GgufKeys keys, Family family, Function<String, Optional<float[]>> factors) {
    this.keys = keys;
    this.family = family;
    this.factors = factors;
  }

  /** The number of positions for which the rotation is exact: with LongRoPE the original ones. */
  int exactContext(int context) {
    int original = keys.integer(ORIGINAL_CONTEXT).orElse(context);
    return factors.apply(SHORT_FACTORS).isPresent() ? Math.min(context, original) : context;
  }

  /** The attention of each layer, from the first. */
  List<LayerAttention> attention(int layers, int headDim, int context) {
    int dimensions = keys.integer("rope.dimension_count").orElse(headDim);
    if (dimensions != headDim && family != Family.PHI3) {
      throw keys.gguf()
          .error(
              keys.key("rope.dimension_count")
                  + ": "
                  + dimensions
                  + " (expected: "
                  + headDim
                  + ", as for the keys)");
    }
    OptionalInt window = window();
    LayerAttention usual = new LayerAttention(rotation(dimensions, context), window);
    return switch (family) {
      case SMOLLM3 -> {
        LayerAttention unrotated = new LayerAttention(RotaryEmbedding.NONE, window);
        yield LayerAttention.ofEach(
            layers, layer -> isNth(layer, SMOLLM3_INTERVAL) ? unrotated : usual);
      }
      case GEMMA3 -> {
        LayerAttention everywhere = new LayerAttention(usual.rotation(), OptionalInt.empty());
        LayerAttention inWindows = window.isPresent() ? inWindows(dimensions, window) : everywhere;
        int pattern = keys.integer("attention.sliding_window_pattern").orElse(GEMMA3_PATTERN);
        yield LayerAttention.ofEach(
            layers, layer -> isNth(layer, pattern) ? everywhere : inWindows);
      }
      default -> LayerAttention.ofEach(layers, layer -> usual);
    };
  }

  private static boolean isNth(int layer, int interval) {
    return interval > 0 && (layer + 1) % interval == 0;
  }

  private OptionalInt window() {
    return switch (family) {
      case LLAMA, MISTRAL, PHI3, GEMMA3 -> {
        OptionalInt window = keys.integer("attention.sliding_window");
        yield window.equals(OptionalInt.of(0)) ? OptionalInt.empty() : window;
      }
      case QWEN2, QWEN3, SMOLLM3 -> OptionalInt.empty();
    };
  }

  private LayerAttention inWindows(int dimensions, OptionalInt window) {
    double theta = keys.number("rope.freq_base_swa").orElse(DEFAULT_THETA);
    return new LayerAttention(RotaryScaling.unscaled(dimensions, theta), window);
  }

  private RotaryEmbedding rotation(int dimensions, int context) {
    double theta = keys.number("rope.freq_base").orElse(DEFAULT_THETA);
    double linear = keys.number("rope.scale_linear").orElse(1);
    String typeKey = keys.key("rope.scaling.type");
    String type = keys.gguf().string(typeKey).orElse(linear == 1 ? "none" : "linear");
    double factor = keys.number("rope.scaling.factor").orElse(linear);
    Optional<float[]> divisors = factors.apply(ROTARY_FACTORS);
    Optional<float[]> shortFactors = factors.apply(SHORT_FACTORS);
    if (divisors.isPresent() || shortFactors.isPresent()) {
      if (!type.equals("none") && (divisors.isPresent() || !type.equals("longrope"))) {
        throw keys.gguf()
            .error(
                typeKey
                    + ": "
                    + type
                    + " (expected: none beside "
                    + (divisors.isPresent() ? ROTARY_FACTORS : SHORT_FACTORS)
                    + ")");
      }
      return divisors.isPresent()
          ? RotaryScaling.divided(dimensions, theta, divisors.get())
          : longRope(shortFactors.get(), context).embedding(dimensions, theta);
    }
    return switch (type) {
      case "none" -> RotaryScaling.unscaled(dimensions, theta);
      case "linear" -> RotaryScaling.linear(dimensions, theta, factor);
      case "yarn" -> yarn(factor, context).embedding(dimensions, theta);
      default ->
          throw keys.gguf().error(typeKey + ": " + type + " (expected: none, linear or yarn)");
    };
  }

  private RotaryScaling.LongRope longRope(float[] shortFactors, int context) {
    double original = keys.integer(ORIGINAL_CONTEXT).orElse(context);
    return new RotaryScaling.LongRope(
        shortFactors,
        keys.number("rope.scaling.attn_factor")
            .orElseGet(() -> RotaryScaling.LongRope.attentionFactor(context / original, original)));
  }

  private RotaryScaling.Yarn yarn(double factor, int context) {
    double attentionFactor = keys.number("rope.scaling.attn_factor").orElse(1);
    return new RotaryScaling.Yarn(
        factor,
        keys.integer(ORIGINAL_CONTEXT).orElse(context),
        keys.number("rope.scaling.yarn_beta_fast").orElse(32),
        keys.number("rope.scaling.yarn_beta_slow").orElse(1),
        true,
        attentionFactor * RotaryScaling.Yarn.attentionFactor(factor, 1));
  }
}
