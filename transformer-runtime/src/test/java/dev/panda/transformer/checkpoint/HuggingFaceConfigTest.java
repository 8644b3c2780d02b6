package dev.panda.transformer.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.panda.transformer.testing.TinyCheckpoint;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HuggingFaceConfigTest {
  private static final OptionalInt NONE = OptionalInt.empty();
  private static final OptionalInt WINDOW = OptionalInt.of(16);
  @TempDir Path folder;

  @Test
  void readsWhatIsGiven() throws IOException {
    ModelConfig config = read(TinyCheckpoint.llama(1).config());

    assertThat(config.architecture()).isEqualTo("LlamaForCausalLM");
    assertThat(config.vocabSize()).isEqualTo(64);
    assertThat(config.headDim()).isEqualTo(8);
    assertThat(config.numKeyValueHeads()).isEqualTo(2);
    assertThat(config.rmsNormEps()).isEqualTo(1e-5);
    assertThat(config.beginTokenId()).hasValue(1);
    assertThat(config.endTokenIds()).containsExactly(2);
    assertThat(config.block().attentionBias()).isFalse();
    assertThat(config.tieWordEmbeddings()).isFalse();
    assertThat(config.layers().get(0).window()).isEmpty();
  }

  @Test
  void fillsInWhatIsLeftOut() throws IOException {
    ObjectNode json = TinyCheckpoint.llama(1).config();
    json.remove("num_key_value_heads");
    json.remove("head_dim");
    json.remove("rope_theta");
    json.putNull("eos_token_id");

    ModelConfig config = read(json);

    assertThat(config.numKeyValueHeads()).isEqualTo(4);
    assertThat(config.headDim()).isEqualTo(8);
    assertThat(config.layers().get(0).rotation().inverseFrequencies()[1]).isEqualTo(0.1f);
    assertThat(config.endTokenIds()).isEmpty();
  }

  @Test
  void joinsEndTokensOfBothFiles() throws IOException {
    ObjectNode json = TinyCheckpoint.llama(1).config();
    json.putArray("eos_token_id").add(2).add(5);
    Files.writeString(folder.resolve("generation_config.json"), "{\"eos_token_id\": [5, 7]}");

    assertThat(read(json).endTokenIds()).containsExactly(2, 5, 7);
  }

  @Test
  void qwen2HasBiasesAndAWindowOnlyWhenItSaysSo() throws IOException {
    ObjectNode json = TinyCheckpoint.qwen2(1).config().put("sliding_window", 16);
    assertThat(read(json).block().attentionBias()).isTrue();
    assertThat(read(json).layers().get(0).window()).isEmpty();

    json.put("use_sliding_window", true);
    assertThat(read(json).layers().get(0).window()).isEmpty();
    assertThat(read(json.put("max_window_layers", 0)).layers().get(0).window()).hasValue(16);
    ModelConfig mixed = read(json.put("max_window_layers", 1));
    assertThat(mixed.layers()).extracting(LayerAttention::window).containsExactly(NONE, WINDOW);
  }

  @Test
  void mistralHasItsWindow() throws IOException {
    ObjectNode json = TinyCheckpoint.llama(1).config();
    json.put("model_type", "mistral").putArray("architectures").add("MistralForCausalLM");
    assertThat(read(json.put("sliding_window", 16)).layers().get(0).window())
        .isEqualTo(OptionalInt.of(16));
    assertThat(read(json.putNull("sliding_window")).layers().get(0).window()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "architectures | [\"GemmaForCausalLM\"] | GemmaForCausalLM",
        "architectures | [] | architectures: []",
        "architectures | 3 | architectures: []",
        "hidden_act | \"gelu\" | hidden_act: gelu (expected: silu)",
        "attention_bias | true | attention_bias: true",
        "mlp_bias | true | mlp_bias: true",
        "quantization_config | {} | quantization_config: present",
        "hidden_size | \"32\" | hidden_size: \"32\" (expected: an integer)",
        "hidden_size | null | hidden_size: missing",
        "hidden_size | 0 | hidden_size: 0 (expected: 1 to 262144)",
        "hidden_size | 99999999999 | hidden_size: 99999999999",
        "vocab_size | -1 | vocab_size: -1",
        "num_attention_heads | 0 | num_attention_heads: 0",
        "num_key_value_heads | 3 | num_key_value_heads: 3 (expected: a divisor",
        "head_dim | 7 | head_dim: 7",
        "head_dim | 2147483646 | head_dim: 2147483646",
        "eos_token_id | 64 | eos_token_id: 64 (expected: 0 to 63)",
        "rms_norm_eps | -1 | rms_norm_eps: -1",
        "rope_theta | 0 | rope_theta: 0",
        "rope_scaling | {\"type\": \"dynamic\", \"factor\": 2} | rope_type: dynamic (expected:",
        "rope_theta | 1e300 | rope_theta: 1.0E300",
        "rms_norm_eps | 2 | rms_norm_eps: 2 (expected: 0 to 1)",
        "num_hidden_layers | 2147483647 | num_hidden_layers: 2147483647 (expected: 1 to 4096)",
        "rope_scaling | {\"type\": \"linear\", \"factor\": 1e308} | factor: 1.0E308 (expected: 1 to 1000000)",
        "rope_scaling | {\"type\": \"yarn\", \"factor\": 1e308} | factor: 1.0E308 (expected: 1 to 1000000)",
        "rope_scaling | {\"type\": \"yarn\", \"factor\": 2, \"attention_factor\": 0} | attention_factor: 0",
        "rope_scaling | {\"type\": \"yarn\", \"factor\": 2, \"beta_fast\": 1e9} | beta_fast: 1000000000",
        "rope_scaling | {\"type\": \"linear\"} | factor: missing",
        "rope_scaling | {\"type\": \"linear\", \"factor\": 0} | factor: 0",
        "rope_scaling | {\"type\": 3} | type: 3 (expected: a string)",
        "rope_scaling | [] | rope_scaling: [] (expected: an object)",
        "partial_rotary_factor | 0.5 | partial_rotary_factor: 0.5",
        "architectures | [\"Gemma3ForConditionalGeneration\"] | Gemma3ForCausalLM, LlamaForCausalLM",
        "model_type | \"smollm3\" | model_type: smollm3 (expected: llama, because architectures is LlamaForCausalLM)",
        "final_logit_softcapping | 30.0 | final_logit_softcapping: present (expected: null)",
        "use_bidirectional_attention | true | use_bidirectional_attention: true",
        "rope_scaling | {\"type\": \"longrope\", \"short_factor\": [1]} | original_max_position_embeddings: missing",
      })
  void refusesWithFileAndField(String field, String value, String message) throws IOException {
    ObjectNode json = TinyCheckpoint.llama(1).config();
    json.set(field, new JsonMapper().readTree(value));

    assertThatThrownBy(() -> read(json))
        .isInstanceOf(CheckpointException.class)
        .hasMessageStartingWith(folder.resolve("config.json") + ": ")
        .hasMessageContaining(message);
  }

  @Test
  void refusesWhatIsNotJson() throws IOException {
    Files.writeString(folder.resolve("config.json"), "{\"a\": 1, \"a\": 2}");
    assertThatThrownBy(() -> HuggingFaceConfig.read(folder))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("config.json: not valid JSON: Duplicate field 'a'");
  }

  @Test
  void readsAByteOrderMarkAndNamesUtf16() throws IOException {
    Path file = folder.resolve("config.json");
    String json = "\uFEFF" + TinyCheckpoint.llama(1).config();
    Files.writeString(file, json);
    assertThat(HuggingFaceConfig.read(folder).vocabSize()).isEqualTo(64);
    Files.writeString(file, json, StandardCharsets.UTF_16LE);
    assertThatThrownBy(() -> HuggingFaceConfig.read(folder))
        .isInstanceOf(CheckpointException.class)
        .hasMessage(file + ": UTF-16 (expected: UTF-8)");
  }

  private ModelConfig read(ObjectNode config) throws IOException {
    Files.writeString(folder.resolve("config.json"), config.toString());
    return HuggingFaceConfig.read(folder);
  }
}
