package dev.panda.transformer.decoder;

import dev.panda.transformer.checkpoint.ModelConfig;
import dev.panda.transformer.checkpoint.ModelTensors;
import java.util.Arrays;
import java.util.function.IntFunction;

/**
 * The inverse of {@link CheckpointWeights}: extracts a checkpoint's tensors from the decoder's flat
 * list.
 */
final class WeightExport {
  private static final int PER_BLOCK = 10;

  private final ModelConfig config;
  private final IntFunction<float[]> weights;

  /**
   * @param weights a weight by its index in {@code decoder.py}'s list
   */
  WeightExport(ModelConfig config, IntFunction<float[]> weights) {
    this.config = config;
    this.weights = weights;
  }

  float[] read(String name) {
    int blocks = 1 + PER_BLOCK * config.numHiddenLayers();
    if (name.equals(ModelTensors.EMBEDDING)) {
      return weights.apply(0);
    }
    if (name.equals(ModelTensors.FINAL_NORM)) {
      return weights.apply(blocks);
    }
    if (name.equals(ModelTensors.LANGUAGE_MODEL_HEAD)) {
      return weights.apply(blocks + 1);
    }
    String[] path = name.split("\\.", 4);
    int block = Integer.parseInt(path[2]);
    return readOfBlock(path[3], 1 + PER_BLOCK * block, RotaryPairs.of(config, block));
  }

  private float[] readOfBlock(String name, int first, RotaryPairs pairs) {
    int width = config.hiddenSize();
    int half = config.intermediateSize() * width;
    if (name.equals(ModelTensors.feedForwardNorm(config.block()))) {
      return weights.apply(first + 6);
    }
    return switch (name) {
      case "input_layernorm.weight" -> weights.apply(first);
      case "self_attn.q_norm.weight", "self_attn.k_norm.weight" ->
          headNorm(name, weights.apply(first + 3), pairs);
      case "self_attn.o_proj.weight" -> weights.apply(first + 4);
      case "post_attention_layernorm.weight" -> weights.apply(first + 5);
      case "mlp.gate_proj.weight" -> Arrays.copyOf(weights.apply(first + 7), half);
      case "mlp.up_proj.weight" -> Arrays.copyOfRange(weights.apply(first + 7), half, 2 * half);
      case "mlp.down_proj.weight" -> weights.apply(first + 8);
      case "post_feedforward_layernorm.weight" -> weights.apply(first + 9);
      default -> attentionInput(name, first, pairs, width);
    };
  }

  private float[] headNorm(String name, float[] both, RotaryPairs pairs) {
    int from = name.startsWith("self_attn.q_norm") ? 0 : config.headDim();
    return pairs.split(Arrays.copyOfRange(both, from, from + config.headDim()), 1);
  }

  private float[] attentionInput(String name, int first, RotaryPairs pairs, int width) {
    boolean bias = name.endsWith(".bias");
    int columns = bias ? 1 : width;
    int queries = config.numAttentionHeads() * config.headDim() * columns;
    int keys = config.numKeyValueHeads() * config.headDim() * columns;
    float[] all = weights.apply(first + (bias ? 2 : 1));
    if (name.startsWith("self_attn.q_proj")) {
      return pairs.split(Arrays.copyOf(all, queries), columns);
    }
    if (name.startsWith("self_attn.k_proj")) {
      return pairs.split(Arrays.copyOfRange(all, queries, queries + keys), columns);
    }
    return Arrays.copyOfRange(all, queries + keys, all.length);
  }
}
