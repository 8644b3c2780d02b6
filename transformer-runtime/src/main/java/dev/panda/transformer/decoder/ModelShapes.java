package dev.panda.transformer.decoder;

import dev.panda.transformer.checkpoint.ModelConfig;
import dev.panda.transformer.checkpoint.ModelTensors;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The tensors of a language model, by their Hugging Face names, in the order of a checkpoint. */
final class ModelShapes {
  private ModelShapes() {}

  static Map<String, List<Integer>> of(ModelConfig config) {
    int width = config.hiddenSize();
    int queryRows = config.numAttentionHeads() * config.headDim();
    int keyRows = config.numKeyValueHeads() * config.headDim();
    int feedForward = config.intermediateSize();
    Map<String, List<Integer>> shapes = new LinkedHashMap<>();
    shapes.put(ModelTensors.EMBEDDING, List.of(config.vocabSize(), width));
    for (int layer = 0; layer < config.numHiddenLayers(); layer++) {
      String prefix = ModelTensors.layerPrefix(layer);
      shapes.put(prefix + "input_layernorm.weight", List.of(width));
      shapes.put(prefix + "self_attn.q_proj.weight", List.of(queryRows, width));
      shapes.put(prefix + "self_attn.k_proj.weight", List.of(keyRows, width));
      shapes.put(prefix + "self_attn.v_proj.weight", List.of(keyRows, width));
      if (config.attentionBias()) {
        shapes.put(prefix + "self_attn.q_proj.bias", List.of(queryRows));
        shapes.put(prefix + "self_attn.k_proj.bias", List.of(keyRows));
        shapes.put(prefix + "self_attn.v_proj.bias", List.of(keyRows));
      }
      shapes.put(prefix + "self_attn.o_proj.weight", List.of(width, queryRows));
      shapes.put(prefix + "post_attention_layernorm.weight", List.of(width));
      shapes.put(prefix + "mlp.gate_proj.weight", List.of(feedForward, width));
      shapes.put(prefix + "mlp.up_proj.weight", List.of(feedForward, width));
      shapes.put(prefix + "mlp.down_proj.weight", List.of(width, feedForward));
    }
    shapes.put(ModelTensors.FINAL_NORM, List.of(width));
    if (!config.tieWordEmbeddings()) {
      shapes.put(ModelTensors.LANGUAGE_MODEL_HEAD, List.of(config.vocabSize(), width));
    }
    return shapes;
  }
}
