package dev.panda.transformer.decoder;

import dev.panda.transformer.checkpoint.Checkpoint;
import dev.panda.transformer.checkpoint.CheckpointException;
import dev.panda.transformer.checkpoint.ModelConfig;
import dev.panda.transformer.checkpoint.ModelTensors;
import dev.panda.transformer.decoder.WeightMatrix.Part;
import java.util.Arrays;
import java.util.List;

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
      giveBlock(sink, ModelTensors.layerPrefix(layer), width);
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

  private void giveBlock(WeightSink sink, String prefix, int width) {
    int headDim = config.headDim();
    int queries = config.numAttentionHeads() * headDim;
    int keys = config.numKeyValueHeads() * headDim;
    int feedForward = config.intermediateSize();
    String attention = prefix + "self_attn.";
    String mlp = prefix + "mlp.";
    sink.vector(read(prefix + "input_layernorm.weight"));
    sink.linear(
        matrix(
            width,
            new Part(attention + "q_proj.weight", queries, headDim),
            new Part(attention + "k_proj.weight", keys, headDim),
            new Part(attention + "v_proj.weight", keys)));
    sink.vector(config.attentionBias() ? attentionBias(attention) : new float[0]);
    sink.linear(matrix(attention + "o_proj.weight", width, queries));
    sink.vector(read(prefix + "post_attention_layernorm.weight"));
    sink.linear(
        matrix(
            width,
            new Part(mlp + "gate_proj.weight", feedForward),
            new Part(mlp + "up_proj.weight", feedForward)));
    sink.linear(matrix(mlp + "down_proj.weight", width, feedForward));
  }

  private WeightMatrix matrix(String tensor, int rows, int columns) {
    return matrix(columns, new Part(tensor, rows));
  }

  private WeightMatrix matrix(int columns, Part... parts) {
    return new WeightMatrix(checkpoint, List.of(parts), columns);
  }

  private float[] attentionBias(String prefix) {
    int headDim = config.headDim();
    return concatenate(
        RotaryPairs.interleave(read(prefix + "q_proj.bias"), headDim, 1),
        RotaryPairs.interleave(read(prefix + "k_proj.bias"), headDim, 1),
        read(prefix + "v_proj.bias"));
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
