package dev.panda.transformer.checkpoint.gguf;

import dev.panda.transformer.checkpoint.ModelConfig;
import dev.panda.transformer.checkpoint.RotaryEmbedding;
import dev.panda.transformer.checkpoint.RotaryScaling;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/** Reads a model's configuration from the metadata of a GGUF file. */
final class GgufModelConfig {
  static final String LLAMA = "llama";
  static final String ROTARY_FACTORS = "rope_freqs.weight";
  private static final Map<String, String> ARCHITECTURES =
      Map.of(LLAMA, "LlamaForCausalLM", "qwen2", "Qwen2ForCausalLM");
  private static final double DEFAULT_THETA = 10_000;

  private final Gguf gguf;
  private final String architecture;

  private GgufModelConfig(Gguf gguf, String architecture) {
    this.gguf = gguf;
    this.architecture = architecture;
  }

  /**
   * Reads the configuration.
   *
   * @param rotaryFactors divisors of the rotary frequencies; empty if the file has none
   */
  static ModelConfig read(Gguf gguf, Optional<float[]> rotaryFactors) {
    String architecture = architecture(gguf);
    if (!ARCHITECTURES.containsKey(architecture)) {
      throw gguf.error("general.architecture: " + architecture + " (expected: llama or qwen2)");
    }
    try {
      return new GgufModelConfig(gguf, architecture).parse(rotaryFactors);
    } catch (IllegalArgumentException e) {
      throw gguf.error(e.getMessage());
    }
  }

  static String architecture(Gguf gguf) {
    return gguf.string("general.architecture")
        .orElseThrow(() -> gguf.error("general.architecture: missing"));
  }

  private ModelConfig parse(Optional<float[]> rotaryFactors) {
    refuseExperts();
    int hiddenSize = required("embedding_length");
    int heads = required("attention.head_count");
    int context = required("context_length");
    int headDim = headDim(hiddenSize, heads);
    return new ModelConfig(
        ARCHITECTURES.get(architecture),
        vocabSize(),
        hiddenSize,
        required("feed_forward_length"),
        required("block_count"),
        heads,
        integer("attention.head_count_kv").orElse(heads),
        headDim,
        context,
        gguf.number(key("attention.layer_norm_rms_epsilon"))
            .orElseThrow(() -> missing("attention.layer_norm_rms_epsilon")),
        rotaryEmbedding(headDim, context, rotaryFactors),
        !gguf.tensors().containsKey("output.weight"),
        gguf.tensors().containsKey("blk.0.attn_q.bias"),
        architecture.equals(LLAMA) ? integer("attention.sliding_window") : OptionalInt.empty(),
        tokenId("bos"),
        endTokenIds());
  }

  private void refuseExperts() {
    integer("expert_count")
        .ifPresent(
            count -> {
              if (count > 0) {
                throw gguf.error(key("expert_count") + ": " + count + " (expected: 0)");
              }
            });
  }

  private int vocabSize() {
    GgufTensor embedding = gguf.tensors().get("token_embd.weight");
    if (embedding == null || embedding.shape().size() != 2) {
      throw gguf.error("tensor token_embd.weight: missing, or not a matrix");
    }
    return embedding.shape().get(0);
  }

  private int headDim(int hiddenSize, int heads) {
    if (heads < 1) {
      throw new IllegalArgumentException(
          key("attention.head_count") + ": " + heads + " (expected: at least 1)");
    }
    int headDim = integer("attention.key_length").orElse(hiddenSize / heads);
    for (String same : List.of("attention.value_length", "rope.dimension_count")) {
      int other = integer(same).orElse(headDim);
      if (other != headDim) {
        throw gguf.error(
            key(same) + ": " + other + " (expected: " + headDim + ", as for the keys)");
      }
    }
    return headDim;
  }

  private RotaryEmbedding rotaryEmbedding(
      int headDim, int context, Optional<float[]> rotaryFactors) {
    double theta = gguf.number(key("rope.freq_base")).orElse(DEFAULT_THETA);
    double linear = gguf.number(key("rope.scale_linear")).orElse(1);
    String type = gguf.string(key("rope.scaling.type")).orElse(linear == 1 ? "none" : "linear");
    double factor = gguf.number(key("rope.scaling.factor")).orElse(linear);
    if (rotaryFactors.isPresent()) {
      if (!type.equals("none")) {
        throw gguf.error(
            key("rope.scaling.type")
                + ": "
                + type
                + " (expected: none beside "
                + ROTARY_FACTORS
                + ")");
      }
      return RotaryScaling.divided(headDim, theta, rotaryFactors.get());
    }
    return switch (type) {
      case "none" -> RotaryScaling.unscaled(headDim, theta);
      case "linear" -> RotaryScaling.linear(headDim, theta, factor);
      case "yarn" -> yarn(factor, context).embedding(headDim, theta);
      default ->
          throw gguf.error(
              key("rope.scaling.type") + ": " + type + " (expected: none, linear or yarn)");
    };
  }

  private RotaryScaling.Yarn yarn(double factor, int context) {
    double attentionFactor = gguf.number(key("rope.scaling.attn_factor")).orElse(1);
    return new RotaryScaling.Yarn(
        factor,
        integer("rope.scaling.original_context_length").orElse(context),
        gguf.number(key("rope.scaling.yarn_beta_fast")).orElse(32),
        gguf.number(key("rope.scaling.yarn_beta_slow")).orElse(1),
        true,
        attentionFactor * RotaryScaling.Yarn.attentionFactor(factor, 1));
  }

  private List<Integer> endTokenIds() {
    Set<Integer> ids = new LinkedHashSet<>();
    for (String name : List.of("eos", "eot", "eom")) {
      tokenId(name).ifPresent(ids::add);
    }
    return new ArrayList<>(ids);
  }

  private OptionalInt tokenId(String name) {
    return integerAt("tokenizer.ggml." + name + "_token_id");
  }

  private int required(String name) {
    return integer(name).orElseThrow(() -> missing(name));
  }

  private RuntimeException missing(String name) {
    return gguf.error(key(name) + ": missing");
  }

  private OptionalInt integer(String name) {
    return integerAt(key(name));
  }

  private OptionalInt integerAt(String key) {
    OptionalLong value = gguf.integer(key);
    if (value.isEmpty()) {
      return OptionalInt.empty();
    }
    if (value.getAsLong() < 0 || value.getAsLong() > Integer.MAX_VALUE) {
      throw gguf.error(key + ": " + value.getAsLong() + " (expected: 0 to 2^31 - 1)");
    }
    return OptionalInt.of((int) value.getAsLong());
  }

  private String key(String name) {
    return architecture + "." + name;
  }
}
