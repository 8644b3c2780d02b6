package dev.panda.transformer.checkpoint;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;

/** Reads {@code config.json}, and the end tokens from {@code generation_config.json}. */
public final class HuggingFaceConfig {
  private static final String QWEN2 = "Qwen2For";
  private static final String MISTRAL = "MistralFor";
  private static final Set<String> ARCHITECTURES = architectures();
  private static final double DEFAULT_RMS_NORM_EPS = 1e-6;
  private static final int QWEN2_MAX_WINDOW_LAYERS = 28;

  private final JsonFields fields;
  private final String architecture;

  private HuggingFaceConfig(JsonFields fields, String architecture) {
    this.fields = fields;
    this.architecture = architecture;
  }

  private static Set<String> architectures() {
    Set<String> all = new TreeSet<>(SequenceClassification.architectures());
    all.addAll(List.of("LlamaForCausalLM", "MistralForCausalLM", "Qwen2ForCausalLM"));
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
    int layers = fields.requiredInteger("num_hidden_layers");
    int context = fields.requiredInteger("max_position_embeddings");
    int headDim = fields.integer("head_dim").orElseGet(() -> defaultHeadDim(hiddenSize, heads));
    return new ModelConfig(
        architecture,
        fields.requiredInteger("vocab_size"),
        hiddenSize,
        fields.requiredInteger("intermediate_size"),
        layers,
        heads,
        fields.integer("num_key_value_heads").orElse(heads),
        headDim,
        context,
        fields.number("rms_norm_eps").orElse(DEFAULT_RMS_NORM_EPS),
        new RotaryParameters(fields).embedding(headDim, context),
        fields.flag("tie_word_embeddings", false),
        architecture.startsWith(QWEN2),
        slidingWindow(layers),
        fields.integer("bos_token_id"),
        endTokenIds(folder));
  }

  private void refuseWhatIsNotSupported() {
    String activation = fields.string("hidden_act").orElse("silu");
    if (!activation.equals("silu")) {
      throw fields.error("hidden_act: " + activation + " (expected: silu)");
    }
    for (String bias : List.of("attention_bias", "mlp_bias")) {
      if (!architecture.startsWith(QWEN2) && fields.flag(bias, false)) {
        throw fields.error(
            bias + ": true (expected: false; a bias of o_proj or of the MLP is not supported)");
      }
    }
    if (fields.has("quantization_config")) {
      throw fields.error("quantization_config: present (expected: unquantised weights, or GGUF)");
    }
  }

  private static int defaultHeadDim(int hiddenSize, int heads) {
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

  private OptionalInt slidingWindow(int layers) {
    if (architecture.startsWith(MISTRAL)) {
      return fields.integer("sliding_window");
    }
    if (!architecture.startsWith(QWEN2) || !fields.flag("use_sliding_window", false)) {
      return OptionalInt.empty();
    }
    int firstWindowed = fields.integer("max_window_layers").orElse(QWEN2_MAX_WINDOW_LAYERS);
    if (firstWindowed >= layers) {
      return OptionalInt.empty();
    }
    if (firstWindowed > 0) {
      throw fields.error(
          "max_window_layers: "
              + firstWindowed
              + " (expected: 0, or num_hidden_layers "
              + layers
              + "; a window in only some layers is not supported)");
    }
    return fields.integer("sliding_window");
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
