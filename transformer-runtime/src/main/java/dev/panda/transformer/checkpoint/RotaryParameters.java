package dev.panda.transformer.checkpoint;

import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Reads the rotary embedding from a {@code config.json}, in the newer spelling ({@code
 * rope_parameters}, which includes theta) or the older one ({@code rope_theta}, {@code
 * rope_scaling}). Gemma 3 has one embedding for its layers with a window and one for the others.
 */
final class RotaryParameters {
  private static final String ORIGINAL_CONTEXT = "original_max_position_embeddings";

  private final JsonFields config;
  private final Optional<JsonFields> scaling;
  private final String thetaField;
  private final double defaultTheta;
  private final boolean partial;

  private RotaryParameters(
      JsonFields config,
      Optional<JsonFields> scaling,
      String thetaField,
      double defaultTheta,
      boolean partial) {
    this.config = config;
    this.scaling = scaling;
    this.thetaField = thetaField;
    this.defaultTheta = defaultTheta;
    this.partial = partial;
  }

  /** The embedding of all layers; in Gemma 3, of those without a window. */
  static RotaryParameters of(JsonFields config, Family family) {
    if (family == Family.GEMMA3) {
      return new RotaryParameters(
          config,
          config.has("rope_parameters")
              ? gemma3(config, "full_attention")
              : config.object("rope_scaling"),
          "rope_theta",
          1e6,
          false);
    }
    return new RotaryParameters(
        config,
        config.object("rope_parameters").or(() -> config.object("rope_scaling")),
        "rope_theta",
        family == Family.SMOLLM3 ? 2e6 : 1e4,
        family == Family.PHI3);
  }

  /** The embedding of Gemma 3's layers with a window. */
  static RotaryParameters ofGemma3Windows(JsonFields config) {
    return new RotaryParameters(
        config, gemma3(config, "sliding_attention"), "rope_local_base_freq", 1e4, false);
  }

  private static Optional<JsonFields> gemma3(JsonFields config, String kind) {
    Optional<JsonFields> both = config.object("rope_parameters");
    if (both.isPresent() && !both.get().has(kind)) {
      throw both.get().error(kind + ": missing (expected: an object)");
    }
    return both.flatMap(kinds -> kinds.object(kind));
  }

  /**
   * The number of positions for which the embedding is exact. LongRoPE rotates longer sequences
   * differently, from their first token on, which tokens in a cache cannot follow.
   */
  static int exactContext(JsonFields config, Family family, int context) {
    RotaryParameters everywhere = of(config, family);
    return everywhere.isLong() ? (int) Math.min(context, everywhere.originalContext()) : context;
  }

  /**
   * Reads the embedding with its scaling.
   *
   * @param context number of positions, used as the original context if the scaling names none
   */
  RotaryEmbedding embedding(int headDim, int context) {
    double theta = number("rope_theta").orElse(config.number(thetaField).orElse(defaultTheta));
    int dimensions = dimensions(headDim);
    if (isLong()) {
      return longRope(scaling.orElseThrow(), context).embedding(dimensions, theta);
    }
    String type = scaling.flatMap(RotaryParameters::type).orElse("default");
    return switch (type) {
      case "default" -> RotaryScaling.unscaled(dimensions, theta);
      case "linear" ->
          RotaryScaling.linear(dimensions, theta, scaling.orElseThrow().requiredNumber("factor"));
      case "llama3" -> llama3(scaling.orElseThrow()).embedding(dimensions, theta);
      case "yarn" -> yarn(scaling.orElseThrow(), context).embedding(dimensions, theta);
      default ->
          throw scaling
              .orElseThrow()
              .error(
                  "rope_type: " + type + " (expected: default, linear, llama3, yarn or longrope)");
    };
  }

  private int dimensions(int headDim) {
    double share =
        number("partial_rotary_factor").orElse(config.number("partial_rotary_factor").orElse(1));
    int dimensions = (int) (headDim * share);
    if (share != 1 && (!partial || dimensions < 2 || dimensions > headDim || dimensions % 2 != 0)) {
      throw config.error(
          "partial_rotary_factor: %s (expected: %s)"
              .formatted(share, partial ? "an even part of head_dim " + headDim + ", or 1" : "1"));
    }
    return dimensions;
  }

  /** Phi-3 has called it {@code su} and {@code yarn}. */
  private boolean isLong() {
    Optional<String> type = scaling.flatMap(RotaryParameters::type);
    return type.isPresent()
        && (type.get().equals("longrope")
            || (partial && (type.get().equals("su") || type.get().equals("yarn"))));
  }

  private double originalContext() {
    return number(ORIGINAL_CONTEXT)
        .orElseGet(
            () ->
                config
                    .number(ORIGINAL_CONTEXT)
                    .orElseThrow(
                        () -> config.error(ORIGINAL_CONTEXT + ": missing (expected: a number)")));
  }

  private RotaryScaling.LongRope longRope(JsonFields scaling, int context) {
    double original = originalContext();
    double factor = scaling.number("factor").orElse(context / original);
    return new RotaryScaling.LongRope(
        scaling.numbers("short_factor"),
        scaling
            .number("attention_factor")
            .orElseGet(() -> RotaryScaling.LongRope.attentionFactor(factor, original)));
  }

  private OptionalDouble number(String name) {
    return scaling.map(fields -> fields.number(name)).orElse(OptionalDouble.empty());
  }

  private static Optional<String> type(JsonFields scaling) {
    if (scaling.has("full_attention") || scaling.has("sliding_attention")) {
      throw scaling.error(
          "one rotary embedding for each kind of layer (expected: one for all layers)");
    }
    return scaling.string("rope_type").or(() -> scaling.string("type"));
  }

  private static RotaryScaling.Llama3 llama3(JsonFields scaling) {
    return new RotaryScaling.Llama3(
        scaling.requiredNumber("factor"),
        scaling.requiredNumber("low_freq_factor"),
        scaling.requiredNumber("high_freq_factor"),
        scaling.requiredNumber("original_max_position_embeddings"));
  }

  private static RotaryScaling.Yarn yarn(JsonFields scaling, int context) {
    double original = scaling.number("original_max_position_embeddings").orElse(context);
    double factor = scaling.number("factor").orElse(context / original);
    return new RotaryScaling.Yarn(
        factor,
        original,
        scaling.number("beta_fast").orElse(32),
        scaling.number("beta_slow").orElse(1),
        scaling.flag("truncate", true),
        scaling.number("attention_factor").orElseGet(() -> yarnAttentionFactor(scaling, factor)));
  }

  private static double yarnAttentionFactor(JsonFields scaling, double factor) {
    double scale = scaling.number("mscale").orElse(0);
    double scaleOfAll = scaling.number("mscale_all_dim").orElse(0);
    return scale == 0 || scaleOfAll == 0
        ? RotaryScaling.Yarn.attentionFactor(factor, 1)
        : RotaryScaling.Yarn.attentionFactor(factor, scale)
            / RotaryScaling.Yarn.attentionFactor(factor, scaleOfAll);
  }
}
