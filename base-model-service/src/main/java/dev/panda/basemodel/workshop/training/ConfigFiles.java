package dev.panda.basemodel.workshop.training;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes the configuration files of a Hugging Face folder. */
final class ConfigFiles {
  private static final JsonMapper JSON = new JsonMapper();
  private static final double NORM_EPSILON = 1e-5;
  private static final double ROTARY_BASE = 10_000;
  private static final double INITIAL_SPREAD = 0.02;

  private ConfigFiles() {}

  /**
   * Writes {@code config.json} and {@code generation_config.json}.
   *
   * @param folder created if needed
   */
  static void write(Path folder, ModelShape shape, int vocabulary, int endToken)
      throws IOException {
    Files.createDirectories(folder);
    write(folder.resolve("config.json"), config(shape, vocabulary, endToken));
    ObjectNode generation = JSON.createObjectNode();
    generation.put("eos_token_id", endToken).put("pad_token_id", endToken);
    write(folder.resolve("generation_config.json"), generation);
  }

  private static ObjectNode config(ModelShape shape, int vocabulary, int endToken) {
    ObjectNode config = JSON.createObjectNode();
    config.putArray("architectures").add("LlamaForCausalLM");
    return config
        .put("model_type", "llama")
        .put("vocab_size", vocabulary)
        .put("hidden_size", shape.width())
        .put("intermediate_size", shape.feedForward())
        .put("num_hidden_layers", shape.layers())
        .put("num_attention_heads", shape.heads())
        .put("num_key_value_heads", shape.keyValueHeads())
        .put("head_dim", shape.headDim())
        .put("max_position_embeddings", shape.context())
        .put("rms_norm_eps", NORM_EPSILON)
        .put("rope_theta", ROTARY_BASE)
        .put("hidden_act", "silu")
        .put("attention_bias", false)
        .put("mlp_bias", false)
        .put("tie_word_embeddings", true)
        .put("initializer_range", INITIAL_SPREAD)
        .putNull("bos_token_id")
        .put("eos_token_id", endToken)
        .put("pad_token_id", endToken)
        .put("torch_dtype", "bfloat16");
  }

  private static void write(Path file, ObjectNode json) throws IOException {
    Files.writeString(file, JSON.writerWithDefaultPrettyPrinter().writeValueAsString(json) + "\n");
  }
}
