package dev.panda.transformer.checkpoint;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * Names and shapes of a model's tensors, under their Hugging Face names. Shapes use H for the
 * hidden size, D for the head's dimension, N for the number of query heads, K for the number of key
 * and value heads, I for the intermediate size and V for the vocabulary size.
 */
public final class ModelTensors {
  public static final String EMBEDDING = "model.embed_tokens.weight";
  public static final String FINAL_NORM = "model.norm.weight";
  public static final String LANGUAGE_MODEL_HEAD = "lm_head.weight";

  private static final String HEAD_BIAS = "lm_head.bias";

  /** Frequencies that old checkpoints hold, though they follow from the configuration. */
  private static final String DERIVED = ".rotary_emb.inv_freq";

  /** What the names of all tensors of a decoder begin with; its heads have other names. */
  private static final String DECODER = "model.";

  private final ModelConfig config;
  private final BiConsumer<String, List<Integer>> visitor;

  private ModelTensors(ModelConfig config, BiConsumer<String, List<Integer>> visitor) {
    this.config = config;
    this.visitor = visitor;
  }

  /** The prefix of one block's tensor names, before {@code input_layernorm.weight} and so on. */
  public static String layerPrefix(int layer) {
    return "model.layers." + layer + ".";
  }

  /** The name within a block of the norm before the feed-forward. */
  public static String feedForwardNorm(BlockVariant block) {
    return (block.sandwichNorms() ? "pre_feedforward" : "post_attention") + "_layernorm.weight";
  }

  /** The shapes of all tensors of a language model, in checkpoint order. */
  public static Map<String, List<Integer>> shapes(ModelConfig config) {
    Map<String, List<Integer>> shapes = new LinkedHashMap<>();
    new ModelTensors(config, shapes::put).visit(config.numHiddenLayers(), true);
    return shapes;
  }

  /**
   * The shapes of the embedding and the first blocks; if those are all blocks, of the final norm
   * too.
   */
  public static Map<String, List<Integer>> shapes(ModelConfig config, int layers) {
    Map<String, List<Integer>> shapes = new LinkedHashMap<>();
    new ModelTensors(config, shapes::put).visit(layers, false);
    return shapes;
  }

  /**
   * Checks that a checkpoint has every tensor to be loaded, in the shape that its configuration
   * implies: the embedding [V, H], the blocks, the final norm [H] if all blocks are loaded, and the
   * head [V, H] if it is loaded and not tied to the embedding. It reads no weights.
   *
   * <p>The decoder must not have tensors that its configuration does not imply, nor more blocks:
   * the model would be another one than its configuration says.
   *
   * @param layers number of blocks to load, from the first
   * @throws CheckpointException if a tensor is missing, unknown, of a type that cannot be read, or
   *     has another shape; the message names the file, the tensor, and what was expected
   */
  public static void check(Checkpoint checkpoint, int layers, boolean languageModelHead) {
    refuseUnknown(checkpoint);
    new ModelTensors(checkpoint.config(), (name, shape) -> check(checkpoint, name, shape))
        .visit(layers, languageModelHead);
  }

  private static void refuseUnknown(Checkpoint checkpoint) {
    ModelConfig config = checkpoint.config();
    Set<String> known = shapes(config).keySet();
    for (String name : checkpoint.tensors().keySet()) {
      if (name.startsWith(DECODER) && !known.contains(name) && !name.endsWith(DERIVED)) {
        throw new CheckpointException(
            "%s: tensor %s: unknown (expected: only tensors of %s with %d layers)"
                .formatted(
                    checkpoint.file(name), name, config.architecture(), config.numHiddenLayers()));
      }
    }
    if (checkpoint.tensors().containsKey(HEAD_BIAS)) {
      throw new CheckpointException(
          "%s: tensor %s: unknown (expected: a head without a bias)"
              .formatted(checkpoint.file(HEAD_BIAS), HEAD_BIAS));
    }
  }

  private static void check(Checkpoint checkpoint, String name, List<Integer> shape) {
    TensorInfo tensor = checkpoint.tensors().get(name);
    if (tensor == null) {
      throw new CheckpointException(
          "%s: tensor %s: missing (expected: shape %s)".formatted(checkpoint.path(), name, shape));
    }
    if (!tensor.shape().equals(shape)) {
      throw new CheckpointException(
          "%s: tensor %s: shape %s (expected: %s)"
              .formatted(checkpoint.file(name), name, tensor.shape(), shape));
    }
    checkpoint.format(name); // refuses elements that cannot be read
  }

  private void visit(int layers, boolean languageModelHead) {
    visit(EMBEDDING, config.vocabSize(), config.hiddenSize());
    for (int layer = 0; layer < layers; layer++) {
      visitLayer(layerPrefix(layer));
    }
    if (layers == config.numHiddenLayers()) {
      visit(FINAL_NORM, config.hiddenSize());
    }
    if (languageModelHead && !config.tieWordEmbeddings()) {
      visit(LANGUAGE_MODEL_HEAD, config.vocabSize(), config.hiddenSize());
    }
  }

  private void visitLayer(String prefix) {
    int hidden = config.hiddenSize();
    int intermediate = config.intermediateSize();
    int queries = config.numAttentionHeads() * config.headDim();
    int keys = config.numKeyValueHeads() * config.headDim();
    visit(prefix + "input_layernorm.weight", hidden);
    visit(prefix + "self_attn.q_proj.weight", queries, hidden);
    visit(prefix + "self_attn.k_proj.weight", keys, hidden);
    visit(prefix + "self_attn.v_proj.weight", keys, hidden);
    BlockVariant block = config.block();
    if (block.attentionBias()) {
      visit(prefix + "self_attn.q_proj.bias", queries);
      visit(prefix + "self_attn.k_proj.bias", keys);
      visit(prefix + "self_attn.v_proj.bias", keys);
    }
    if (block.headNorms()) {
      visit(prefix + "self_attn.q_norm.weight", config.headDim());
      visit(prefix + "self_attn.k_norm.weight", config.headDim());
    }
    visit(prefix + "self_attn.o_proj.weight", hidden, queries);
    visit(prefix + feedForwardNorm(block), hidden);
    if (block.sandwichNorms()) {
      visit(prefix + "post_attention_layernorm.weight", hidden);
      visit(prefix + "post_feedforward_layernorm.weight", hidden);
    }
    visit(prefix + "mlp.gate_proj.weight", intermediate, hidden);
    visit(prefix + "mlp.up_proj.weight", intermediate, hidden);
    visit(prefix + "mlp.down_proj.weight", hidden, intermediate);
  }

  private void visit(String name, Integer... shape) {
    visitor.accept(name, List.of(shape));
  }
}
