package dev.panda.transformer.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.panda.transformer.testing.TinyCheckpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What each layer's attention is, as the configurations of the families say it. */
class LayerTypesTest {
  @TempDir Path folder;

  @Test
  void gemma3HasTwoRotationsInTheOlderSpelling() throws IOException {
    ObjectNode json = config("Gemma3ForCausalLM", "gemma3_text", 3).put("sliding_window", 4);
    json.put("rope_theta", 400.0).put("sliding_window_pattern", 3);
    json.putObject("rope_scaling").put("rope_type", "linear").put("factor", 8);
    assertGemma3(read(json), 1 / 20f / 8);
    assertThat(windows(read(json.put("sliding_window_pattern", 2)))).containsExactly(4, 0, 4);
  }

  @Test
  void gemma3HasTwoRotationsInTheNewerSpelling() throws IOException {
    ObjectNode json = config("Gemma3ForCausalLM", "gemma3_text", 3).put("sliding_window", 4);
    json.putArray("layer_types")
        .add("sliding_attention")
        .add("sliding_attention")
        .add("full_attention");
    ObjectNode rotations = json.putObject("rope_parameters");
    rotations.putObject("sliding_attention").put("rope_theta", 10_000);
    rotations.putObject("full_attention").put("rope_theta", 400.0);
    assertGemma3(read(json), 1 / 20f);
    rotations.remove("sliding_attention");
    assertThatThrownBy(() -> read(json))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("rope_parameters: sliding_attention: missing");
  }

  private static void assertGemma3(ModelConfig config, float frequencyOfTheLastLayer) {
    assertThat(windows(config)).containsExactly(4, 4, 0);
    assertThat(config.layers().get(0).rotation().inverseFrequencies()).containsExactly(1, 0.01f);
    assertThat(config.layers().get(1).rotation()).isSameAs(config.layers().get(0).rotation());
    assertThat(config.layers().get(2).rotation().inverseFrequencies()[1])
        .isEqualTo(frequencyOfTheLastLayer);
  }

  @Test
  void gemma3sQueryScalarCountsRatherThanItsHeads() throws IOException {
    ObjectNode json = config("Gemma3ForCausalLM", "gemma3_text", 1);
    assertThat(read(json).block().attentionScale()).isEqualTo(1 / 16.0);
    BlockVariant block = read(json.put("query_pre_attn_scalar", 64)).block();
    assertThat(block.attentionScale()).isEqualTo(1 / 8.0);
    assertThat(block.embeddingScale()).isEqualTo(Math.sqrt(32));
    assertThat(block.sandwichNorms()).isTrue();
  }

  @Test
  void smolLm3LeavesOutTheRotationOfSomeLayers() throws IOException {
    ObjectNode json = config("SmolLM3ForCausalLM", "smollm3", 5);
    assertThat(rotated(read(json))).containsExactly(4, 4, 4, 0, 4);
    assertThat(rotated(read(json.put("no_rope_layer_interval", 2)))).containsExactly(4, 0, 4, 0, 4);
    json.putArray("no_rope_layers").add(0).add(1).add(1).add(1).add(0);
    assertThat(rotated(read(json))).containsExactly(0, 4, 4, 4, 0);
    json.put("use_sliding_window", true).put("sliding_window", 7);
    assertThat(windows(read(json))).containsExactly(7, 0, 0, 0, 7);
  }

  @Test
  void phi3RotatesAPartOfEachHead() throws IOException {
    ObjectNode json = config("Phi3ForCausalLM", "phi3", 1).put("head_dim", 8);
    assertThat(rotated(read(json))).containsExactly(8);
    assertThat(rotated(read(json.put("partial_rotary_factor", 0.5)))).containsExactly(4);
    assertThatThrownBy(() -> read(json.put("partial_rotary_factor", 0.4)))
        .hasMessageContaining(
            "partial_rotary_factor: 0.4 (expected: an even part of head_dim 8, or 1)");
  }

  @ParameterizedTest
  @CsvSource({"longrope", "su", "yarn"})
  void phi3sLongRopeHoldsUpToTheOriginalContext(String name) throws IOException {
    ObjectNode json = config("Phi3ForCausalLM", "phi3", 1);
    json.put("max_position_embeddings", 512).put("original_max_position_embeddings", 64);
    ObjectNode scaling = json.putObject("rope_scaling").put("type", name);
    scaling.putArray("short_factor").add(1).add(2);
    scaling.putArray("long_factor").add(9).add(9);
    ModelConfig config = read(json);
    assertThat(config.maxPositionEmbeddings()).isEqualTo(64);
    RotaryEmbedding rotation = config.layers().get(0).rotation();
    assertThat(rotation.inverseFrequencies()).containsExactly(1, 0.005f);
    assertThat(rotation.attentionFactor()).isEqualTo(Math.sqrt(1 + Math.log(8) / Math.log(64)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "layer_types | [\"full_attention\"] | layer_types: 1 (expected: one for each of the 2 layers)",
        "layer_types | [\"full_attention\", \"chunked\"] | layer_types: chunked (expected: full_attention",
        "layer_types | [\"full_attention\", \"sliding_attention\"] | without a sliding_window)",
        "attention_bias | true | attention_bias: true",
        "hidden_act | \"gelu\" | hidden_act: gelu (expected: silu)",
      })
  void refusesWhatDoesNotFit(String field, String value, String message) throws IOException {
    ObjectNode json = config("Qwen3ForCausalLM", "qwen3", 2);
    json.set(field, new JsonMapper().readTree(value));
    assertThatThrownBy(() -> read(json))
        .isInstanceOf(CheckpointException.class)
        .hasMessageStartingWith(folder.resolve("config.json") + ": ")
        .hasMessageContaining(message);
  }

  private static ObjectNode config(String architecture, String modelType, int layers) {
    ObjectNode json = TinyCheckpoint.llama(1).layers(layers).config();
    json.remove(List.of("hidden_act", "rope_theta"));
    json.put("rope_theta", 10_000.0).put("head_dim", 4);
    return json.put("model_type", modelType)
        .set("architectures", json.arrayNode().add(architecture));
  }

  private ModelConfig read(ObjectNode config) throws IOException {
    Files.writeString(folder.resolve("config.json"), config.toString());
    return HuggingFaceConfig.read(folder);
  }

  private static List<Integer> windows(ModelConfig config) {
    return config.layers().stream().map(layer -> layer.window().orElse(0)).toList();
  }

  private static List<Integer> rotated(ModelConfig config) {
    return config.layers().stream().map(layer -> layer.rotation().dimensions()).toList();
  }
}
