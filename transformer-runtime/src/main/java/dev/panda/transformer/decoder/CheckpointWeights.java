package dev.panda.transformer.decoder;

import dev.panda.transformer.checkpoint.BlockVariant;
import dev.panda.transformer.checkpoint.Checkpoint;
import dev.panda.transformer.checkpoint.CheckpointException;
import dev.panda.transformer.checkpoint.ModelConfig;
import dev.panda.transformer.checkpoint.ModelTensors;
import dev.panda.transformer.decoder.WeightMatrix.Part;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Finds a checkpoint's weights in the order and shape that {@code decoder.py} defines. */
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
   * @throws CheckpointException if a tensor is missing or has the wrong shape, or a vector is not
   *     finite
   */
  void giveTo(WeightSink sink, int layers, boolean languageModelHead) {
    ModelTensors.check(checkpoint, layers, languageModelHead);
    int width = config.hiddenSize();
    sink.embedding(matrix(ModelTensors.EMBEDDING, config.vocabSize(), width));
    for (int layer = 0; layer < layers; layer++) {
      giveBlock(sink, layer, width);
    }
    if (layers == config.numHiddenLayers()) {
      sink.vector(read(ModelTensors.FINAL_NORM));
    }
    if (languageModelHead) {
      boolean tied = config.tieWordEmbeddings();
      String head = tied ? ModelTensors.EMBEDDING : ModelTensors.LANGUAGE_MODEL_HEAD;
      sink.head(matrix(head, config.vocabSize(), width), tied);
    }
  }

  private void giveBlock(WeightSink sink, int layer, int width) {
    String prefix = ModelTensors.layerPrefix(layer);
    Optional<RotaryPairs> pairs = Optional.of(RotaryPairs.of(config, layer));
    BlockVariant block = config.block();
    int queries = config.numAttentionHeads() * config.headDim();
    int keys = config.numKeyValueHeads() * config.headDim();
    int feedForward = config.intermediateSize();
    String attention = prefix + "self_attn.";
    String mlp = prefix + "mlp.";
    sink.vector(read(prefix + "input_layernorm.weight"));
    sink.linear(
        matrix(
            width,
            new Part(attention + "q_proj.weight", queries, pairs),
            new Part(attention + "k_proj.weight", keys, pairs),
            new Part(attention + "v_proj.weight", keys)));
    sink.vector(block.attentionBias() ? attentionBias(attention, pairs.get()) : new float[0]);
    sink.vector(block.headNorms() ? headNorms(attention, pairs.get()) : new float[0]);
    sink.linear(matrix(attention + "o_proj.weight", width, queries));
    sink.vector(sandwichNorm(prefix + "post_attention_layernorm.weight"));
    sink.vector(read(prefix + ModelTensors.feedForwardNorm(block)));
    sink.linear(
        matrix(
            width,
            new Part(mlp + "gate_proj.weight", feedForward),
            new Part(mlp + "up_proj.weight", feedForward)));
    sink.linear(matrix(mlp + "down_proj.weight", width, feedForward));
    sink.vector(sandwichNorm(prefix + "post_feedforward_layernorm.weight"));
  }

  private WeightMatrix matrix(String tensor, int rows, int columns) {
    return matrix(columns, new Part(tensor, rows));
  }

  private WeightMatrix matrix(int columns, Part... parts) {
    return new WeightMatrix(checkpoint, List.of(parts), columns);
  }

  private float[] attentionBias(String prefix, RotaryPairs pairs) {
    return concatenate(
        pairs.interleave(read(prefix + "q_proj.bias"), 1),
        pairs.interleave(read(prefix + "k_proj.bias"), 1),
        read(prefix + "v_proj.bias"));
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
   * Reads a vector; refuses NaN and infinity, which would spread to every sequence that uses them.
   */
  private float[] read(String name) {
    float[] values = checkpoint.read(name);
    for (float value : values) {
      if (!Float.isFinite(value)) {
        throw matrix(name, values.length, 1).notFinite();
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
