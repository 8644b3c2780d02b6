package dev.panda.transformer.checkpoint;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Reads {@code config.json}, and the end tokens from {@code generation_config.json}. */
public final class HuggingFaceConfig {
  private static final Set<String> ARCHITECTURES = architectures();
  private static final int GEMMA3_QUERY_SCALAR = 256;

  private final JsonFields fields;
  private final String architecture;
  private final Family family;

  private HuggingFaceConfig(JsonFields fields, String architecture) {
    this.fields = fields;
    this.architecture = architecture;
    this.family = Family.of(architecture);
  }

  private static Set<String> architectures() {
    Set<String> all = new TreeSet<>(SequenceClassification.architectures());
    all.addAll(Family.languageModels());
    return all;
  }

  /**
   * Reads the configuration of a model's folder.
   *
   * @throws CheckpointException if the file is missing or malformed, or the model is not supported
   */
  public static ModelConfig read(Path folder) {
    Path file = folder.resolve("config.json");
    JsonFields fields = new JsonFields(StrictJson.read(file), file.toString());
    List<String> architectures = fields.strings("architectures");
    if (architectures.size() != 1 || !ARCHITECTURES.contains(architectures.get(0))) {
      throw fields.error(
          "architectures: " + architectures + " (expected: one of " + ARCHITECTURES + ")");
    }
    try {
      return new HuggingFaceConfig(fields, architectures.get(0)).parse(folder);
    } catch (IllegalArgumentException e) {
      throw new CheckpointException(file + ": " + e.getMessage(), e);
    }
  }

  private ModelConfig parse(Path folder) {
    refuseWhatIsNotSupported();
    int hiddenSize = fields.requiredInteger("hidden_size");
    int heads = fields.requiredInteger("num_attention_heads");
    int context = fields.requiredInteger("max_position_embeddings");
    int headDim = fields.integer("head_dim").orElseGet(() -> defaultHeadDim(hiddenSize, heads));
    return new ModelConfig(
        architecture,
        fields.requiredInteger("vocab_size"),
        hiddenSize,
        fields.requiredInteger("intermediate_size"),
        heads,
        fields.integer("num_key_value_heads").orElse(heads),
        headDim,
        RotaryParameters.exactContext(fields, family, context),
        fields.number("rms_norm_eps").orElse(family == Family.PHI3 ? 1e-5 : 1e-6),
        fields.flag("tie_word_embeddings", family == Family.GEMMA3 || family == Family.SMOLLM3),
        block(hiddenSize, headDim),
        new LayerTypes(fields, family, fields.requiredInteger("num_hidden_layers"))
            .attention(headDim, context),
        fields.integer("bos_token_id"),
        endTokenIds(folder));
  }

  private BlockVariant block(int hiddenSize, int headDim) {
    return switch (family) {
      case LLAMA, MISTRAL, PHI3, SMOLLM3 -> BlockVariant.llama(headDim, false);
      case QWEN2 -> BlockVariant.llama(headDim, true);
      case QWEN3 -> BlockVariant.qwen3(headDim);
      case GEMMA3 ->
          BlockVariant.gemma3(
              hiddenSize, fields.number("query_pre_attn_scalar").orElse(GEMMA3_QUERY_SCALAR));
    };
  }

  private void refuseWhatIsNotSupported() {
    String type = fields.string("model_type").orElse(family.modelType());
    if (!type.equals(family.modelType())) {
      throw fields.error(
          "model_type: %s (expected: %s, because architectures is %s)"
              .formatted(type, family.modelType(), architecture));
    }
    String name = family == Family.GEMMA3 ? "hidden_activation" : "hidden_act";
    String supported =
        (family == Family.GEMMA3 ? Activation.GELU_TANH : Activation.SILU).huggingFaceName();
    String activation = fields.string(name).orElse(supported);
    if (!activation.equals(supported)) {
      throw fields.error(name + ": " + activation + " (expected: " + supported + ")");
    }
    for (String bias : List.of("attention_bias", "mlp_bias")) {
      if (family != Family.QWEN2 && fields.flag(bias, false)) {
        throw fields.error(
            bias + ": true (expected: false; a bias of o_proj or of the MLP is not supported)");
      }
    }
    for (String cap : List.of("attn_logit_softcapping", "final_logit_softcapping")) {
      if (fields.has(cap)) {
        throw fields.error(cap + ": present (expected: null)");
      }
    }
    if (fields.flag("use_bidirectional_attention", false)) {
      throw fields.error("use_bidirectional_attention: true (expected: false)");
    }
    if (fields.has("quantization_config")) {
      throw fields.error("quantization_config: present (expected: unquantised weights, or GGUF)");
    }
  }

  private int defaultHeadDim(int hiddenSize, int heads) {
    if (family == Family.QWEN3 || family == Family.GEMMA3) {
      return family == Family.QWEN3 ? 128 : 256;
    }
    if (heads < 1 || hiddenSize % heads != 0) {
      throw new IllegalArgumentException(
          "num_attention_heads: "
              + heads
              + " (expected: a divisor of hidden_size "
              + hiddenSize
              + ", because head_dim is not given)");
    }
    return hiddenSize / heads;
  }

  private List<Integer> endTokenIds(Path folder) {
    Set<Integer> ids = new LinkedHashSet<>(fields.integers("eos_token_id"));
    Path generation = folder.resolve("generation_config.json");
    if (Files.exists(generation)) {
      ids.addAll(
          new JsonFields(StrictJson.read(generation), generation.toString())
              .integers("eos_token_id"));
    }
    return new ArrayList<>(ids);
  }
}
