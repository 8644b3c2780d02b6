package dev.panda.transformer.checkpoint.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.panda.transformer.checkpoint.Checkpoint;
import dev.panda.transformer.checkpoint.CheckpointException;
import dev.panda.transformer.checkpoint.Checkpoints;
import dev.panda.transformer.checkpoint.ScalarType;
import dev.panda.transformer.checkpoint.TensorData;
import dev.panda.transformer.checkpoint.safetensors.Safetensors;
import dev.panda.transformer.checkpoint.safetensors.SafetensorsWriter;
import dev.panda.transformer.testing.TinyCheckpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdapterFolderTest {
  private static final String A = "base_model.model.model.layers.0.mlp.up_proj.lora_A.weight";
  private static final String B = "base_model.model.model.layers.0.mlp.up_proj.lora_B.weight";

  @TempDir private Path folder;

  /** An adapter of rank 2 for the second block's up_proj only. */
  private static LowRankAdapter adapter(int rows, int columns) {
    float[] a = new float[2 * columns];
    float[] b = new float[rows * 2];
    a[0] = 1;
    a[columns + 1] = 3;
    b[0] = 2;
    b[3] = -1;
    return new LowRankAdapter(
        2, 8, false, Map.of("model.layers.1.mlp.up_proj.weight", new LowRankFactors(2, a, b)));
  }

  @Test
  void readsWhatItWrote() {
    LowRankAdapter adapter = adapter(48, 32);
    AdapterFolder.write(folder, adapter, "tiny");

    LowRankAdapter read = AdapterFolder.read(folder);

    assertThat(read.rank()).isEqualTo(2);
    assertThat(read.scale()).isEqualTo(4);
    LowRankFactors factors = read.factors().get("model.layers.1.mlp.up_proj.weight");
    assertThat(factors.a()).isEqualTo(adapter(48, 32).factors().values().iterator().next().a());
    assertThat(factors.b()).isEqualTo(adapter(48, 32).factors().values().iterator().next().b());
    try (Safetensors file = Safetensors.open(folder.resolve(AdapterFolder.MODEL))) {
      assertThat(file.tensors().keySet())
          .containsExactly(
              "base_model.model.model.layers.1.mlp.up_proj.lora_A.weight",
              "base_model.model.model.layers.1.mlp.up_proj.lora_B.weight");
      assertThat(file.tensors().values()).extracting(t -> t.shape()).contains(List.of(2, 32));
    }
    assertThat(folder.resolve(AdapterFolder.CONFIG))
        .content()
        .contains("\"target_modules\" : [ \"up_proj\" ]")
        .contains("\"layers_to_transform\" : [ 1 ]");
  }

  @Test
  void addsScaleTimesTheFactorsProductToItsMatrixAlone() {
    TinyCheckpoint.llama(1).write(folder);
    try (Checkpoint base = Checkpoints.open(folder)) {
      Checkpoint adapted = new AdaptedCheckpoint(base, adapter(48, 32), folder);
      float[] expected = base.read("model.layers.1.mlp.up_proj.weight");
      expected[0] += 4 * 2;
      expected[32 + 1] += 4 * -3;
      assertThat(adapted.read("model.layers.1.mlp.up_proj.weight")).isEqualTo(expected);
      assertThat(adapted.read("model.layers.0.mlp.up_proj.weight"))
          .isEqualTo(base.read("model.layers.0.mlp.up_proj.weight"));
    }
  }

  @Test
  void refusesAnAdapterOfAnotherShape() {
    TinyCheckpoint.llama(1).write(folder);
    try (Checkpoint base = Checkpoints.open(folder)) {
      assertThatThrownBy(() -> new AdaptedCheckpoint(base, adapter(48, 31), Path.of("easy")))
          .isInstanceOf(CheckpointException.class)
          .hasMessage(
              "easy: adapter of model.layers.1.mlp.up_proj.weight: for shape [48, 31] (expected: [48, 32], as in %s)"
                  .formatted(folder));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          "peft_type":"LORA"    | "peft_type":"IA3"                   | peft_type: "IA3" (expected: LORA; else merge
          "r":2                 | "r":0                               | r: 0 (expected: 1 to 65536)
          "r":2                 | "r":"2"                             | r: "2" (expected: a rank
          "lora_alpha":8        | "lora_alpha":null                   | lora_alpha: null (expected: a number)
          "bias":"none"         | "bias":"all"                        | bias: "all" (expected: none; else merge
          "bias":"none"         | "use_dora":true                     | use_dora: true (expected: absent or off; else merge the adapter into its model
          "bias":"none"         | "rank_pattern":{"q_proj":4}         | rank_pattern: {"q_proj":4} (expected: absent or off; else merge the adapter into its model
          "r":2                 | "r":100000                          | r: 100000 (expected: 1 to 65536)
          "lora_alpha":8        | "lora_alpha":1e300                  | lora_alpha: 1.0E300 (expected: -1000000 to 1000000)
          "bias":"none"         | "use_rslora":"yes"                  | use_rslora: "yes" (expected: true or false)
          "bias":"none"         | "init_lora_weights":"pissa"         | init_lora_weights: "pissa" (expected: true, false, gaussian, eva, orthogonal or mica; other initialisations
          "bias":"none"         | "init_lora_weights":"pissa_niter_4" | init_lora_weights: "pissa_niter_4" (expected:
          "bias":"none"         | "init_lora_weights":"olora"         | init_lora_weights: "olora" (expected:
          "bias":"none"         | "init_lora_weights":"loftq"         | init_lora_weights: "loftq" (expected:
          "bias":"none"         | "init_lora_weights":"corda"         | init_lora_weights: "corda" (expected:
          "bias":"none"         | "init_lora_weights":"lora_ga"       | init_lora_weights: "lora_ga" (expected:
          "bias":"none"         | "init_lora_weights":3               | init_lora_weights: 3 (expected:
          "bias":"none"         | "alpha_pattern":{"q_proj":4}        | alpha_pattern: {"q_proj":4} (expected: absent or off; else merge the adapter into its model
          "bias":"none"         | "kasa_config":{"beta":1}            | kasa_config: {"beta":1} (expected: absent or off; else merge the adapter into its model
          "bias":"none"         | "target_parameters":["mlp.w"]       | target_parameters: ["mlp.w"] (expected: absent or off; else merge the adapter into its model
          "bias":"none"         | "of_tomorrow":1                     | of_tomorrow: 1 (expected: absent or off; else merge the adapter into its model
          "bias":"none"         | "modules_to_save":["score"]         | modules_to_save: ["score"] (expected: absent or off; else merge the adapter into its model
          """)
  void refusesKindsThatItWouldReadWrongly(String found, String put, String message)
      throws IOException {
    String config = "{\"peft_type\":\"LORA\",\"r\":2,\"lora_alpha\":8,\"bias\":\"none\"}";
    Files.writeString(folder.resolve(AdapterFolder.CONFIG), config.replace(found, put));
    writeTensors(Map.of(A, matrix(2, 32), B, matrix(48, 2)));

    assertThatThrownBy(() -> AdapterFolder.read(folder))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining(folder.resolve(AdapterFolder.CONFIG) + ": " + message);
  }

  @Test
  void readsAllThatPeftWritesByDefault() throws IOException {
    String config =
        """
        {"task_type":null,"peft_type":"LORA","auto_mapping":null,"peft_version":"0.21.2",
         "base_model_name_or_path":"tiny","revision":null,"inference_mode":true,"r":2,
         "target_modules":["up_proj"],"exclude_modules":null,"lora_alpha":8,"lora_dropout":0.1,
         "fan_in_fan_out":false,"bias":"none","use_rslora":false,"modules_to_save":null,
         "init_lora_weights":"INIT","layers_to_transform":[0],"layers_pattern":null,"rank_pattern":{},
         "alpha_pattern":{},"megatron_config":null,"megatron_core":"megatron.core",
         "trainable_token_indices":null,"loftq_config":{},"eva_config":{"rho":2},"corda_config":null,
         "lora_ga_config":null,"use_dora":false,"velora_config":null,"alora_invocation_tokens":null,
         "use_qalora":false,"qalora_group_size":16,"monteclora_config":null,"layer_replication":null,
         "lora_bias":false,"target_parameters":null,"use_bdlora":null,"arrow_config":null,
         "kasa_config":null,"ensure_weight_tying":false}
        """;
    writeTensors(Map.of(A, matrix(2, 32), B, matrix(48, 2)));
    for (String initialisation : List.of("true", "false", "\"gaussian\"", "\"eva\"", "\"mica\"")) {
      Files.writeString(
          folder.resolve(AdapterFolder.CONFIG), config.replace("\"INIT\"", initialisation));
      assertThat(AdapterFolder.read(folder).scale()).as(initialisation).isEqualTo(4);
    }
  }

  @Test
  void refusesFactorsThatAreNoNumbers() throws IOException {
    String config = "{\"peft_type\":\"LORA\",\"r\":2,\"lora_alpha\":8}";
    Files.writeString(folder.resolve(AdapterFolder.CONFIG), config);
    TensorData a = matrix(2, 32);
    a.values()[5] = Float.NaN;
    writeTensors(Map.of(A, a, B, matrix(48, 2)));

    assertThatThrownBy(() -> AdapterFolder.read(folder))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining(AdapterFolder.MODEL + ": tensor " + A + "[5]: NaN (expected: ");
  }

  @Test
  void refusesTensorsThatItDoesNotKnow() throws IOException {
    String config = "{\"peft_type\":\"LORA\",\"r\":2,\"lora_alpha\":8}";
    Files.writeString(folder.resolve(AdapterFolder.CONFIG), config);
    Map<String, TensorData> tensors = new LinkedHashMap<>(Map.of(A, matrix(2, 32)));

    writeTensors(tensors);
    assertThatThrownBy(() -> AdapterFolder.read(folder))
        .hasMessageContaining("incomplete [model.layers.0.mlp.up_proj.weight]");

    tensors.put(B, matrix(48, 3));
    writeTensors(tensors);
    assertThatThrownBy(() -> AdapterFolder.read(folder))
        .hasMessageContaining("tensor " + B + ": shape [48, 3]");

    tensors.put(B, matrix(48, 2));
    writeTensors(tensors);
    assertThat(AdapterFolder.read(folder).factors()).hasSize(1);

    tensors.put("base_model.model.lm_head.lora_A.weight", matrix(2, 32));
    writeTensors(tensors);
    assertThatThrownBy(() -> AdapterFolder.read(folder))
        .hasMessageContaining("tensor base_model.model.lm_head.lora_A.weight (expected: ");
  }

  @Test
  void readsTheNamesOfADecoderAlone() throws IOException {
    String config = "{\"peft_type\":\"LORA\",\"r\":4,\"lora_alpha\":8,\"use_rslora\":true}";
    Files.writeString(folder.resolve(AdapterFolder.CONFIG), config);
    String prefix = "base_model.model.layers.3.self_attn.q_proj.lora_";
    writeTensors(Map.of(prefix + "A.weight", matrix(4, 32), prefix + "B.weight", matrix(32, 4)));

    LowRankAdapter adapter = AdapterFolder.read(folder);

    assertThat(adapter.factors()).containsOnlyKeys("model.layers.3.self_attn.q_proj.weight");
    assertThat(adapter.scale()).isEqualTo(4);
  }

  private void writeTensors(Map<String, TensorData> tensors) {
    SafetensorsWriter.write(folder.resolve(AdapterFolder.MODEL), tensors, Map.of());
  }

  private static TensorData matrix(int rows, int columns) {
    return new TensorData(ScalarType.F32, List.of(rows, columns), new float[rows * columns]);
  }
}
