package dev.panda.transformer.checkpoint.adapter;

import com.fasterxml.jackson.databind.JsonNode;
import dev.panda.transformer.checkpoint.Bounds;
import dev.panda.transformer.checkpoint.CheckpointException;
import dev.panda.transformer.checkpoint.StrictJson;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * What {@code adapter_config.json} says of the factors. It refuses every field that changes what
 * they mean, and every unknown one.
 */
record AdapterConfig(int rank, double alpha, boolean rankStabilised) {
  private static final Bounds RANKS = new Bounds(1, 1 << 16);
  private static final Bounds ALPHAS = Bounds.within(1e6);

  private static final Set<String> READ =
      Set.of("peft_type", "bias", "r", "lora_alpha", "use_rslora", "init_lora_weights");

  /**
   * Fields of PEFT 0.21 that don't change the output: they describe the training, or the layers
   * with adapters, which the tensors' names give as well.
   */
  private static final Set<String> WITHOUT_EFFECT =
      Set.of(
          "auto_mapping",
          "base_model_name_or_path",
          "corda_config",
          "ensure_weight_tying",
          "eva_config",
          "exclude_modules",
          "inference_mode",
          "layers_pattern",
          "layers_to_transform",
          "loftq_config",
          "lora_dropout",
          "lora_ga_config",
          "megatron_core",
          "peft_version",
          "qalora_group_size",
          "revision",
          "runtime_config",
          "target_modules",
          "task_type",
          "velora_config");

  /** The initialisations that leave the model's own weights as they are. */
  private static final Set<String> PLAIN_INITIALISATIONS =
      Set.of("true", "false", "\"gaussian\"", "\"eva\"", "\"orthogonal\"", "\"mica\"");

  private static final String MERGE =
      "; else merge the adapter into its model with PEFT's merge_and_unload, and use the merged model";

  static AdapterConfig read(Path file) {
    JsonNode config = StrictJson.read(file);
    require(
        config.path("peft_type").asText().equals("LORA"),
        file,
        config,
        "peft_type",
        "LORA" + MERGE);
    require(
        config.path("bias").asText("none").equals("none"), file, config, "bias", "none" + MERGE);
    require(
        isPlain(config.path("init_lora_weights")),
        file,
        config,
        "init_lora_weights",
        "true, false, gaussian, eva, orthogonal or mica; other initialisations change the model's own"
            + " weights, so convert the adapter with PEFT's"
            + " save_pretrained(path_initial_model_for_weight_conversion=…), or merge it into its"
            + " model with merge_and_unload");
    for (Map.Entry<String, JsonNode> field : config.properties()) {
      String name = field.getKey();
      require(
          READ.contains(name) || WITHOUT_EFFECT.contains(name) || isOff(field.getValue()),
          file,
          config,
          name,
          "absent or off" + MERGE);
    }
    require(config.path("r").canConvertToInt(), file, config, "r", "a rank, 1 or more");
    require(config.path("lora_alpha").isNumber(), file, config, "lora_alpha", "a number");
    JsonNode stabilised = config.path("use_rslora");
    require(
        isOff(stabilised) || stabilised.isBoolean(), file, config, "use_rslora", "true or false");
    try {
      return new AdapterConfig(
          (int) RANKS.check("r", config.path("r").intValue()),
          ALPHAS.check("lora_alpha", config.path("lora_alpha").doubleValue()),
          stabilised.booleanValue());
    } catch (IllegalArgumentException e) {
      throw new CheckpointException(file + ": " + e.getMessage(), e);
    }
  }

  private static void require(
      boolean holds, Path file, JsonNode config, String field, String expected) {
    if (!holds) {
      throw new CheckpointException(
          "%s: %s: %s (expected: %s)"
              .formatted(
                  file,
                  field,
                  config.has(field) ? config.get(field).toString() : "missing",
                  expected));
    }
  }

  private static boolean isPlain(JsonNode initialisation) {
    return initialisation.isMissingNode()
        || PLAIN_INITIALISATIONS.contains(initialisation.toString().toLowerCase(Locale.ROOT));
  }

  private static boolean isOff(JsonNode value) {
    return value.isMissingNode()
        || value.isNull()
        || (value.isBoolean() && !value.booleanValue())
        || (value.isContainerNode() && value.isEmpty());
  }
}
