package dev.panda.transformer.checkpoint;

import java.util.List;

/**
 * Checks that a checkpoint holds every tensor that its configuration asks for, in the shape it
 * implies. With H the hidden size, D the head's dimension, N heads of queries and K of keys and
 * values, I the intermediate size and V the vocabulary's.
 */
public final class ModelTensors {
  public static final String EMBEDDING = "model.embed_tokens.weight";
  public static final String FINAL_NORM = "model.norm.weight";
  public static final String LANGUAGE_MODEL_HEAD = "lm_head.weight";
  public static final String SCORE = "score.weight";

  private final Checkpoint checkpoint;
  private final ModelConfig config;

  private ModelTensors(Checkpoint checkpoint) {
    this.checkpoint = checkpoint;
    this.config = checkpoint.config();
  }

  /** What one block's tensors are named before {@code input_layernorm.weight} and so on. */
  public static String layerPrefix(int layer) {
    return "model.layers." + layer + ".";
  }

  /**
   * All but a head: embedding [V, H], blocks, final norm [H].
   *
   * @throws CheckpointException if a tensor is missing or of another shape
   */
  public static void checkBackbone(Checkpoint checkpoint) {
    new ModelTensors(checkpoint).checkBackbone();
  }

  /**
   * The backbone and, where the embedding is not the head too, a head [V, H].
   *
   * @throws CheckpointException if a tensor is missing or of another shape
   */
  public static void checkLanguageModel(Checkpoint checkpoint) {
    checkBackbone(checkpoint);
    ModelConfig config = checkpoint.config();
    if (!config.tieWordEmbeddings()) {
      new ModelTensors(checkpoint)
          .check(LANGUAGE_MODEL_HEAD, config.vocabSize(), config.hiddenSize());
    }
  }

  /**
   * The backbone and a matrix of scores [labels, H].
   *
   * @return the number of labels
   * @throws CheckpointException if a tensor is missing or of another shape
   */
  public static int checkSequenceClassifier(Checkpoint checkpoint) {
    checkBackbone(checkpoint);
    ModelTensors tensors = new ModelTensors(checkpoint);
    List<Integer> shape = tensors.find(SCORE).shape();
    if (shape.isEmpty() || shape.get(0) < 1) {
      throw tensors.error(SCORE, shape, "[labels, " + checkpoint.config().hiddenSize() + "]");
    }
    tensors.check(SCORE, shape.get(0), checkpoint.config().hiddenSize());
    return shape.get(0);
  }

  private void checkBackbone() {
    int hidden = config.hiddenSize();
    check(EMBEDDING, config.vocabSize(), hidden);
    for (int layer = 0; layer < config.numHiddenLayers(); layer++) {
      checkLayer(layerPrefix(layer));
    }
    check(FINAL_NORM, hidden);
  }

  private void checkLayer(String prefix) {
    int hidden = config.hiddenSize();
    int intermediate = config.intermediateSize();
    int queries = config.numAttentionHeads() * config.headDim();
    int keys = config.numKeyValueHeads() * config.headDim();
    check(prefix + "input_layernorm.weight", hidden);
    checkProjection(prefix + "self_attn.q_proj", queries);
    checkProjection(prefix + "self_attn.k_proj", keys);
    checkProjection(prefix + "self_attn.v_proj", keys);
    check(prefix + "self_attn.o_proj.weight", hidden, queries);
    check(prefix + "post_attention_layernorm.weight", hidden);
    check(prefix + "mlp.gate_proj.weight", intermediate, hidden);
    check(prefix + "mlp.up_proj.weight", intermediate, hidden);
    check(prefix + "mlp.down_proj.weight", hidden, intermediate);
  }

  private void checkProjection(String name, int rows) {
    check(name + ".weight", rows, config.hiddenSize());
    if (config.attentionBias()) {
      check(name + ".bias", rows);
    }
  }

  private void check(String name, Integer... shape) {
    TensorInfo tensor = find(name);
    if (!tensor.shape().equals(List.of(shape))) {
      throw error(name, tensor.shape(), List.of(shape).toString());
    }
  }

  private TensorInfo find(String name) {
    TensorInfo tensor = checkpoint.tensors().get(name);
    if (tensor == null) {
      throw new CheckpointException(checkpoint.path() + ": tensor " + name + ": missing");
    }
    return tensor;
  }

  private CheckpointException error(String name, List<Integer> shape, String expected) {
    return new CheckpointException(
        checkpoint.path()
            + ": tensor "
            + name
            + ": shape "
            + shape
            + " (expected: "
            + expected
            + ")");
  }
}
