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
        "tiny-qwen3 | llama | LlamaForCausalLM | self_attn.k_norm.weight: unknown (expected: only tensors of LlamaForCausalLM)",
        "tiny-qwen2 | llama | LlamaForCausalLM | self_attn.k_proj.bias: unknown (expected: only tensors of LlamaForCausalLM)",
        "tiny-gemma3 | qwen3 | Qwen3ForCausalLM | post_feedforward_layernorm.weight: unknown (expected: only tensors of Qwen3ForCausalLM)",
        "tiny-phi3 | llama | LlamaForCausalLM | unknown (expected: only tensors of LlamaForCausalLM)",
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
    TinyCheckpoint.llama(1).write(folder);
    Map<String, TensorData> tensors = TinyCheckpoint.llama(1).tensors();
    tensors.put("lm_head.bias", new TensorData(ScalarType.F32, List.of(64), new float[64]));
    SafetensorsWriter.write(folder.resolve("model.safetensors"), tensors, Map.of());
    assertRefused("lm_head.bias: unknown (expected: a head without a bias)");
  }

  @Test
  void acceptsFrequenciesThatOldCheckpointsHold() {
    TinyCheckpoint.llama(1).write(folder);
    Map<String, TensorData> tensors = TinyCheckpoint.llama(1).tensors();
    tensors.put(
        "model.layers.0.self_attn.rotary_emb.inv_freq",
        new TensorData(ScalarType.F32, List.of(4), new float[4]));
    SafetensorsWriter.write(folder.resolve("model.safetensors"), tensors, Map.of());
    try (Checkpoint checkpoint = Checkpoints.open(folder)) {
      ModelTensors.check(checkpoint, 2, true);
    }
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
