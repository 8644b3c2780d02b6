package dev.panda.transformer.checkpoint;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * The tensors of a model by their Hugging Face names. With H the hidden size, D the head's
 * dimension, N heads of queries and K of keys and values, I the intermediate size and V the
 * vocabulary's.
 */
public final class ModelTensors {
  public static final String EMBEDDING = "model.embed_tokens.weight";
  public static final String FINAL_NORM = "model.norm.weight";
  public static final String LANGUAGE_MODEL_HEAD = "lm_head.weight";

  private final ModelConfig config;
  private final BiConsumer<String, List<Integer>> visitor;

  private ModelTensors(ModelConfig config, BiConsumer<String, List<Integer>> visitor) {
    this.config = config;
    this.visitor = visitor;
  }

  /** What one block's tensors are named before {@code input_layernorm.weight} and so on. */
  public static String layerPrefix(int layer) {
    return "model.layers." + layer + ".";
  }

  /** The shapes of a whole language model's tensors, in the order of a checkpoint. */
  public static Map<String, List<Integer>> shapes(ModelConfig config) {
    Map<String, List<Integer>> shapes = new LinkedHashMap<>();
    new ModelTensors(config, shapes::put).visit(config.numHiddenLayers(), true);
    return shapes;
  }

  /** The shapes of the embedding and the first blocks, and of the final norm behind all blocks. */
  public static Map<String, List<Integer>> shapes(ModelConfig config, int layers) {
    Map<String, List<Integer>> shapes = new LinkedHashMap<>();
    new ModelTensors(config, shapes::put).visit(layers, false);
    return shapes;
  }

  /**
   * Checks that a checkpoint holds what is to be loaded, in the shape that its configuration
   * implies: the embedding [V, H], blocks, the final norm [H] where all blocks are wanted, and the
   * head [V, H] where it is wanted and the embedding is not it.
   *
   * @param layers number of blocks wanted, from the first
   * @throws CheckpointException if a tensor is missing or of another shape; it names file, tensor
   *     and both shapes
   */
  public static void check(Checkpoint checkpoint, int layers, boolean languageModelHead) {
    new ModelTensors(checkpoint.config(), (name, shape) -> check(checkpoint, name, shape))
        .visit(layers, languageModelHead);
  }

  private static void check(Checkpoint checkpoint, String name, List<Integer> shape) {
    TensorInfo tensor = checkpoint.tensors().get(name);
    if (tensor == null) {
      throw new CheckpointException(
          "%s: tensor %s: missing (expected: one of shape %s)"
              .formatted(checkpoint.path(), name, shape));
    }
    if (!tensor.shape().equals(shape)) {
      throw new CheckpointException(
          "%s: tensor %s: shape %s (expected: %s)"
              .formatted(checkpoint.file(name), name, tensor.shape(), shape));
    }
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
    if (config.attentionBias()) {
      visit(prefix + "self_attn.q_proj.bias", queries);
      visit(prefix + "self_attn.k_proj.bias", keys);
      visit(prefix + "self_attn.v_proj.bias", keys);
    }
    visit(prefix + "self_attn.o_proj.weight", hidden, queries);
    visit(prefix + "post_attention_layernorm.weight", hidden);
    visit(prefix + "mlp.gate_proj.weight", intermediate, hidden);
    visit(prefix + "mlp.up_proj.weight", intermediate, hidden);
    visit(prefix + "mlp.down_proj.weight", hidden, intermediate);
  }

  private void visit(String name, Integer... shape) {
    visitor.accept(name, List.of(shape));
  }
}
