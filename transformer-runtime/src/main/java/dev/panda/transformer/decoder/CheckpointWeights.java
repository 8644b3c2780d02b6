package dev.panda.transformer.decoder;

import dev.panda.transformer.checkpoint.Checkpoint;
import dev.panda.transformer.checkpoint.CheckpointException;
import dev.panda.transformer.checkpoint.ModelConfig;
import dev.panda.transformer.checkpoint.ModelTensors;
import java.util.Arrays;

/** A checkpoint's weights in the order and shape that {@code decoder.py} states. */
final class CheckpointWeights {
  private final Checkpoint checkpoint;
  private final ModelConfig config;

  CheckpointWeights(Checkpoint checkpoint) {
    this.checkpoint = checkpoint;
    this.config = checkpoint.config();
  }

  /**
   * Gives the weights to a sink: embedding, blocks, the final norm where all blocks are wanted, and
   * the language-model head where it is wanted.
   */
  void giveTo(WeightSink sink, int layers, boolean languageModelHead) {
    int width = config.hiddenSize();
    int vocabulary = config.vocabSize();
    float[] embedding = read(ModelTensors.EMBEDDING, vocabulary, width);
    sink.embedding(embedding, vocabulary, width);
    for (int layer = 0; layer < layers; layer++) {
      giveBlock(sink, ModelTensors.layerPrefix(layer), width);
    }
    if (layers == config.numHiddenLayers()) {
      sink.vector(read(ModelTensors.FINAL_NORM, width));
    }
    if (languageModelHead) {
      boolean tied = config.tieWordEmbeddings();
      float[] head = tied ? embedding : read(ModelTensors.LANGUAGE_MODEL_HEAD, vocabulary, width);
      sink.head(head, vocabulary, width, tied);
    }
  }

  private void giveBlock(WeightSink sink, String prefix, int width) {
    int queryRows = config.numAttentionHeads() * config.headDim();
    int rows = queryRows + 2 * config.numKeyValueHeads() * config.headDim();
    int feedForward = config.intermediateSize();
    String attention = prefix + "self_attn.";
    String mlp = prefix + "mlp.";
    sink.vector(read(prefix + "input_layernorm.weight", width));
    sink.linear(attentionInputs(attention, ".weight", width), rows, width);
    sink.vector(config.attentionBias() ? attentionInputs(attention, ".bias", 1) : new float[0]);
    sink.linear(read(attention + "o_proj.weight", width, queryRows), width, queryRows);
    sink.vector(read(prefix + "post_attention_layernorm.weight", width));
    sink.linear(
        concatenate(
            read(mlp + "gate_proj.weight", feedForward, width),
            read(mlp + "up_proj.weight", feedForward, width)),
        2 * feedForward,
        width);
    sink.linear(read(mlp + "down_proj.weight", width, feedForward), width, feedForward);
  }

  private float[] attentionInputs(String prefix, String suffix, int columns) {
    int headDim = config.headDim();
    int queryRows = config.numAttentionHeads() * headDim;
    int keyRows = config.numKeyValueHeads() * headDim;
    return concatenate(
        RotaryPairs.interleave(
            read(prefix + "q_proj" + suffix, queryRows, columns), headDim, columns),
        RotaryPairs.interleave(
            read(prefix + "k_proj" + suffix, keyRows, columns), headDim, columns),
        read(prefix + "v_proj" + suffix, keyRows, columns));
  }

  private float[] read(String name, int... shape) {
    float[] values = checkpoint.read(name);
    long size = Arrays.stream(shape).asLongStream().reduce(1, Math::multiplyExact);
    if (values.length != size) {
      throw new CheckpointException(
          "%s: %d elements (expected: %d, of shape %s)"
              .formatted(name, values.length, size, Arrays.toString(shape)));
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
