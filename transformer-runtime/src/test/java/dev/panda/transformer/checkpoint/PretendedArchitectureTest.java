package dev.panda.transformer.checkpoint;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.panda.transformer.checkpoint.safetensors.SafetensorsWriter;
import dev.panda.transformer.testing.TinyCheckpoint;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A configuration must name the architecture that the tensors are of. */
class PretendedArchitectureTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "tiny-qwen3 | llama | LlamaForCausalLM | self_attn.k_norm.weight: unknown (expected: only tensors of LlamaForCausalLM with",
        "tiny-qwen2 | llama | LlamaForCausalLM | self_attn.k_proj.bias: unknown (expected: only tensors of LlamaForCausalLM with",
        "tiny-gemma3 | qwen3 | Qwen3ForCausalLM | post_feedforward_layernorm.weight: unknown (expected: only tensors of Qwen3ForCausalLM with",
        "tiny-phi3 | llama | LlamaForCausalLM | unknown (expected: only tensors of LlamaForCausalLM with",
        "tiny-llama | qwen3 | Qwen3ForCausalLM | self_attn.q_norm.weight: missing (expected: shape [8])",
        "tiny-llama | qwen2 | Qwen2ForCausalLM | self_attn.q_proj.bias: missing (expected: shape [32])",
        "tiny-qwen3 | gemma3_text | Gemma3ForCausalLM | pre_feedforward_layernorm.weight: missing (expected: shape [24])",
      })
  void refusesTensorsOfAnother(String model, String type, String architecture, String message)
      throws Exception {
    Path source = Path.of(getClass().getResource("/golden/" + model).toURI());
    try (var files = Files.list(source)) {
      for (Path file : files.filter(file -> !file.toString().endsWith(".gguf")).toList()) {
        Files.copy(file, folder.resolve(file.getFileName()));
      }
    }
    Path config = folder.resolve("config.json");
    ObjectNode json = (ObjectNode) new JsonMapper().readTree(config.toFile());
    json.put("model_type", type);
    if (!json.has("head_dim")) {
      json.put("head_dim", 8);
    }
    json.remove(List.of("rope_scaling", "rope_local_base_freq", "partial_rotary_factor"));
    json.set("architectures", json.arrayNode().add(architecture));
    Files.writeString(config, json.toString());

    assertRefused(message);
  }

  @Test
  void refusesAHeadWithABias() {
    writeWith("lm_head.bias", 64);
    assertRefused("lm_head.bias: unknown (expected: a head without a bias)");
  }

  @ParameterizedTest
  @CsvSource({
    "model.layers.2.input_layernorm.weight",
    "model.layers.99999999999.input_layernorm.weight",
    "model.norm.bias",
    "model.embed_positions.weight"
  })
  void refusesMoreThanTheConfigurationSays(String tensor) {
    writeWith(tensor, 32);
    assertRefused(tensor + ": unknown (expected: only tensors of LlamaForCausalLM with 2 layers)");
  }

  @Test
  void acceptsFrequenciesThatOldCheckpointsHold() {
    writeWith("model.layers.0.self_attn.rotary_emb.inv_freq", 4);
    try (Checkpoint checkpoint = Checkpoints.open(folder)) {
      ModelTensors.check(checkpoint, 2, true);
    }
  }

  private void writeWith(String tensor, int length) {
    TinyCheckpoint.llama(1).write(folder);
    Map<String, TensorData> tensors = TinyCheckpoint.llama(1).tensors();
    tensors.put(tensor, new TensorData(ScalarType.F32, List.of(length), new float[length]));
    SafetensorsWriter.write(folder.resolve("model.safetensors"), tensors, Map.of());
  }

  private void assertRefused(String message) {
    assertThatThrownBy(
            () -> {
              try (Checkpoint checkpoint = Checkpoints.open(folder)) {
                ModelTensors.check(checkpoint, checkpoint.config().numHiddenLayers(), true);
              }
            })
        .isInstanceOf(CheckpointException.class)
        .hasMessageStartingWith(folder.toString())
        .hasMessageContaining("tensor ")
        .hasMessageContaining(message);
  }
}
