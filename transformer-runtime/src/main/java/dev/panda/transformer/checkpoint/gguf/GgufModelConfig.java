package dev.panda.transformer.checkpoint.gguf;

import dev.panda.transformer.checkpoint.BlockVariant;
import dev.panda.transformer.checkpoint.Family;
import dev.panda.transformer.checkpoint.ModelConfig;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/** Reads a model's configuration from the metadata of a GGUF file. */
final class GgufModelConfig {
  /** Tensors that belong to the configuration rather than to the weights. */
  static final Set<String> ROTARY_FACTORS =
      Set.of(GgufLayers.ROTARY_FACTORS, GgufLayers.SHORT_FACTORS, GgufLayers.LONG_FACTORS);

  private static final Map<String, Family> FAMILIES =
      Map.of(
          "llama", Family.LLAMA,
          "qwen2", Family.QWEN2,
          "qwen3", Family.QWEN3,
          "gemma3", Family.GEMMA3,
          "phi3", Family.PHI3,
          "smollm3", Family.SMOLLM3);

  /** Number of blocks of Gemma 3 27B, the one size that scales attention in another way. */
  private static final int GEMMA3_LARGEST = 62;

  private final Gguf gguf;
  private final GgufKeys keys;
  private final Family family;

  private GgufModelConfig(Gguf gguf, GgufKeys keys, Family family) {
    this.gguf = gguf;
    this.keys = keys;
    this.family = family;
  }

  /**
   * Reads the configuration.
   *
   * @param factors reads a tensor of divisors of the rotary frequencies; empty if the file has none
   */
  static ModelConfig read(Gguf gguf, Function<String, Optional<float[]>> factors) {
    String architecture =
        gguf.string("general.architecture")
            .orElseThrow(() -> gguf.error("general.architecture: missing"));
    if (!FAMILIES.containsKey(architecture)) {
      throw gguf.error(
          "general.architecture: "
              + architecture
              + " (expected: one of "
              + new TreeSet<>(FAMILIES.keySet())
              + ")");
    }
    GgufKeys keys = new GgufKeys(gguf, architecture);
    Family family = FAMILIES.get(architecture);
    try {
      return new GgufModelConfig(gguf, keys, family).parse(new GgufLayers(keys, family, factors));
    } catch (IllegalArgumentException e) {
      throw gguf.error(e.getMessage());
    }
  }

  private ModelConfig parse(GgufLayers layers) {
    refuseWhatIsNotSupported();
    int hiddenSize = keys.requiredInteger("embedding_length");
    int heads = keys.requiredInteger("attention.head_count");
    int context = keys.requiredInteger("context_length");
    int blocks = keys.requiredInteger("block_count");
    int headDim = headDim(hiddenSize, heads);
    return new ModelConfig(
        family.languageModel(),
        vocabSize(),
        hiddenSize,
        keys.requiredInteger("feed_forward_length"),
        heads,
        keys.integer("attention.head_count_kv").orElse(heads),
        headDim,
        layers.exactContext(context),
        keys.number("attention.layer_norm_rms_epsilon")
            .orElseThrow(() -> keys.missing("attention.layer_norm_rms_epsilon")),
        !gguf.tensors().containsKey("output.weight"),
        block(hiddenSize, blocks, hiddenSize / heads, headDim),
        layers.attention(blocks, headDim, context),
        tokenId("bos"),
        endTokenIds());
  }

  private BlockVariant block(int hiddenSize, int blocks, int hiddenPerHead, int headDim) {
    return switch (family) {
      case LLAMA, MISTRAL, QWEN2, PHI3, SMOLLM3 ->
          BlockVariant.llama(headDim, gguf.tensors().containsKey("blk.0.attn_q.bias"));
      case QWEN3 -> BlockVariant.qwen3(headDim);
      case GEMMA3 ->
          BlockVariant.gemma3(hiddenSize, blocks == GEMMA3_LARGEST ? hiddenPerHead : headDim);
    };
  }

  private void refuseWhatIsNotSupported() {
    int experts = keys.integer("expert_count").orElse(0);
    if (experts > 0) {
      throw gguf.error(keys.key("expert_count") + ": " + experts + " (expected: 0)");
    }
    for (String cap : List.of("attn_logit_softcapping", "final_logit_softcapping")) {
      double value = keys.number(cap).orElse(0);
      if (value != 0) {
        throw gguf.error(keys.key(cap) + ": " + value + " (expected: 0)");
      }
    }
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
          keys.key("attention.head_count") + ": " + heads + " (expected: at least 1)");
    }
    int headDim = keys.integer("attention.key_length").orElse(hiddenSize / heads);
    int values = keys.integer("attention.value_length").orElse(headDim);
    if (values != headDim) {
      throw gguf.error(
          keys.key("attention.value_length")
              + ": "
              + values
              + " (expected: "
              + headDim
              + ", as for the keys)");
    }
    return headDim;
  }

  private List<Integer> endTokenIds() {
    Set<Integer> ids = new LinkedHashSet<>();
    for (String name : List.of("eos", "eot", "eom")) {
      tokenId(name).ifPresent(ids::add);
    }
    return new ArrayList<>(ids);
  }

  private OptionalInt tokenId(String name) {
    return keys.integerAt("tokenizer.ggml." + name + "_token_id");
  }
}
