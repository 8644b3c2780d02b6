package dev.panda.transformer.decoder;

import dev.panda.transformer.checkpoint.BlockVariant;
import dev.panda.transformer.checkpoint.Checkpoint;
import dev.panda.transformer.checkpoint.CheckpointException;
import dev.panda.transformer.checkpoint.ModelConfig;
import dev.panda.transformer.checkpoint.ModelTensors;
import java.util.Arrays;

/** Reads a checkpoint's weights in the order and shape that {@code decoder.py} defines. */
final class CheckpointWeights {
  private final Checkpoint checkpoint;
  private final ModelConfig config;

  CheckpointWeights(Checkpoint checkpoint) {
    this.checkpoint = checkpoint;
    this.config = checkpoint.config();
  }

  /**
   * Passes the weights to a sink: embedding, blocks, the final norm if all blocks are loaded, and
   * the language-model head if requested.
   *
   * @throws CheckpointException if a tensor is missing, has the wrong shape or is not finite
   */
  void giveTo(WeightSink sink, int layers, boolean languageModelHead) {
    ModelTensors.check(checkpoint, layers, languageModelHead);
    int width = config.hiddenSize();
    int vocabulary = config.vocabSize();
    float[] embedding = read(ModelTensors.EMBEDDING);
    sink.embedding(embedding, vocabulary, width);
    for (int layer = 0; layer < layers; layer++) {
      giveBlock(sink, layer, width);
    }
    if (layers == config.numHiddenLayers()) {
      sink.vector(read(ModelTensors.FINAL_NORM));
    }
    if (languageModelHead) {
      boolean tied = config.tieWordEmbeddings();
      float[] head = tied ? embedding : read(ModelTensors.LANGUAGE_MODEL_HEAD);
      sink.head(head, vocabulary, width, tied);
    }
  }

  private void giveBlock(WeightSink sink, int layer, int width) {
    String prefix = ModelTensors.layerPrefix(layer);
    RotaryPairs pairs = RotaryPairs.of(config, layer);
    BlockVariant block = config.block();
    int queryRows = config.numAttentionHeads() * config.headDim();
    int rows = queryRows + 2 * config.numKeyValueHeads() * config.headDim();
    int feedForward = config.intermediateSize();
    String attention = prefix + "self_attn.";
    String mlp = prefix + "mlp.";
    sink.vector(read(prefix + "input_layernorm.weight"));
    sink.linear(attentionInputs(attention, ".weight", pairs, width), rows, width);
    sink.vector(
        block.attentionBias() ? attentionInputs(attention, ".bias", pairs, 1) : new float[0]);
    sink.vector(block.headNorms() ? headNorms(attention, pairs) : new float[0]);
    sink.linear(read(attention + "o_proj.weight"), width, queryRows);
    sink.vector(sandwichNorm(prefix + "post_attention_layernorm.weight"));
    sink.vector(read(prefix + ModelTensors.feedForwardNorm(block)));
    sink.linear(
        concatenate(read(mlp + "gate_proj.weight"), read(mlp + "up_proj.weight")),
        2 * feedForward,
        width);
    sink.linear(read(mlp + "down_proj.weight"), width, feedForward);
    sink.vector(sandwichNorm(prefix + "post_feedforward_layernorm.weight"));
  }

  private float[] attentionInputs(String prefix, String suffix, RotaryPairs pairs, int columns) {
    return concatenate(
        pairs.interleave(read(prefix + "q_proj" + suffix), columns),
        pairs.interleave(read(prefix + "k_proj" + suffix), columns),
        read(prefix + "v_proj" + suffix));
  }

  private float[] headNorms(String prefix, RotaryPairs pairs) {
    return concatenate(
        pairs.interleave(read(prefix + "q_norm.weight"), 1),
        pairs.interleave(read(prefix + "k_norm.weight"), 1));
  }

  private float[] sandwichNorm(String name) {
    return config.block().sandwichNorms() ? read(name) : new float[0];
  }

  /**
   * Reads a tensor; refuses NaN and infinity, which would spread to every sequence that uses them.
   */
  private float[] read(String name) {
    float[] values = checkpoint.read(name);
    for (int i = 0; i < values.length; i++) {
      if (!Float.isFinite(values[i])) {
        throw new CheckpointException(
            "%s: tensor %s: element %d: %s (expected: a finite number)"
                .formatted(checkpoint.file(name), name, i, values[i]));
      }
    }
    return values;
  }

  static float[] concatenate(float[]... parts) {
    float[] whole = new float[Arrays.stream(parts).mapToInt(part -> part.length).sum()];
    int offset = 0;
    for (float[] part : parts) {
      System.arraycopy(part, 0, whole, offset, part.length);
      offset += part.length;
    }
    return whole;
  }
}
