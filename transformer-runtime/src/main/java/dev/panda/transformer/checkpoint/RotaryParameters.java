package dev.panda.transformer.checkpoint;

import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Reads the rotary embedding from a {@code config.json}, in the newer spelling ({@code
 * rope_parameters}, which includes theta) or the older one ({@code rope_theta}, {@code
 * rope_scaling}).
 */
final class RotaryParameters {
  private static final double DEFAULT_THETA = 10_000;

  private final JsonFields config;
  private final Optional<JsonFields> scaling;

  RotaryParameters(JsonFields config) {
    this.config = config;
    this.scaling = config.object("rope_parameters").or(() -> config.object("rope_scaling"));
  }

  /**
   * Reads the embedding with its scaling.
   *
   * @param context number of positions, used as the original context if the scaling names none
   */
  RotaryEmbedding embedding(int headDim, int context) {
    double theta = number("rope_theta").orElse(config.number("rope_theta").orElse(DEFAULT_THETA));
    double rotated =
        number("partial_rotary_factor").orElse(config.number("partial_rotary_factor").orElse(1));
    if (rotated != 1) {
      throw config.error("partial_rotary_factor: " + rotated + " (expected: 1)");
    }
    String type = scaling.flatMap(RotaryParameters::type).orElse("default");
    return switch (type) {
      case "default" -> RotaryScaling.unscaled(headDim, theta);
      case "linear" ->
          RotaryScaling.linear(headDim, theta, scaling.orElseThrow().requiredNumber("factor"));
      case "llama3" -> llama3(scaling.orElseThrow()).embedding(headDim, theta);
      case "yarn" -> yarn(scaling.orElseThrow(), context).embedding(headDim, theta);
      default ->
          throw scaling
              .orElseThrow()
              .error("rope_type: " + type + " (expected: default, linear, llama3 or yarn)");
    };
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
