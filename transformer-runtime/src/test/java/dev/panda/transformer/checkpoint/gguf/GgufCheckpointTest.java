package dev.panda.transformer.checkpoint.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.panda.transformer.checkpoint.Checkpoint;
import dev.panda.transformer.checkpoint.CheckpointException;
import dev.panda.transformer.checkpoint.Checkpoints;
import dev.panda.transformer.checkpoint.ModelConfig;
import dev.panda.transformer.checkpoint.ModelTensors;
import dev.panda.transformer.checkpoint.Mutations;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GgufCheckpointTest {
  private static final int ROUNDS = 3000;
  private static final int HIDDEN = 8;
  private static final int HEADS = 2;
  private static final int HEAD_DIM = 4;

  @TempDir Path folder;

  @Test
  void readsAModel() throws IOException {
    try (Checkpoint checkpoint = open(model("llama"))) {
      ModelTensors.check(checkpoint, checkpoint.config().numHiddenLayers(), true);
      ModelConfig config = checkpoint.config();
      assertThat(config.architecture()).isEqualTo("LlamaForCausalLM");
      assertThat(config.vocabSize()).isEqualTo(6);
      assertThat(config.headDim()).isEqualTo(HEAD_DIM);
      assertThat(config.numKeyValueHeads()).isEqualTo(1);
      assertThat(config.tieWordEmbeddings()).isTrue();
      assertThat(config.block().attentionBias()).isFalse();
      assertThat(config.beginTokenId()).hasValue(1);
      assertThat(config.endTokenIds()).containsExactly(2, 3);
      assertThat(config.layers().get(0).rotation().inverseFrequencies()).containsExactly(1f, 0.01f);
    }
  }

  @Test
  void readsTheOneFileOfAFolder() throws IOException {
    open(model("llama")).close();
    Checkpoints.open(folder).close();
    Files.write(folder.resolve("another.gguf"), model("llama").bytes());
    assertThatThrownBy(() -> Checkpoints.open(folder).close())
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("2 GGUF models");
  }

  @Test
  void putsLlamasRotatedRowsInHalves() throws IOException {
    try (Checkpoint checkpoint = open(model("llama"))) {
      assertThat(rows(checkpoint, "q_proj")).containsExactly(0, 2, 1, 3, 4, 6, 5, 7);
      assertThat(rows(checkpoint, "k_proj")).containsExactly(0, 2, 1, 3);
      assertThat(rows(checkpoint, "v_proj")).containsExactly(0, 1, 2, 3);
    }
  }

  @Test
  void leavesQwen2sRowsAsTheyAreAndReadsBiases() throws IOException {
    GgufBytes qwen2 = model("qwen2");
    for (String bias : List.of("q", "k", "v")) {
      int rows = bias.equals("q") ? HEADS * HEAD_DIM : HEAD_DIM;
      qwen2.tensor("blk.0.attn_" + bias + ".bias", List.of(rows), numbered(rows, 1));
    }
    try (Checkpoint checkpoint = open(qwen2)) {
      ModelTensors.check(checkpoint, checkpoint.config().numHiddenLayers(), true);
      assertThat(checkpoint.config().block().attentionBias()).isTrue();
      assertThat(rows(checkpoint, "q_proj")).containsExactly(0, 1, 2, 3, 4, 5, 6, 7);
    }
  }

  @Test
  void dividesFrequenciesByTheFilesFactors() throws IOException {
    GgufBytes scaled = model("llama").tensor("rope_freqs.weight", List.of(2), new float[] {1, 8});
    try (Checkpoint checkpoint = open(scaled)) {
      assertThat(checkpoint.config().layers().get(0).rotation().inverseFrequencies())
          .containsExactly(1f, 0.01f / 8);
      assertThat(checkpoint.tensors()).doesNotContainKey("rope_freqs.weight");
    }
  }

  @Test
  void refusesWhatItCannotRun() throws IOException {
    assertRefused(
        model("gemma"),
        "general.architecture: gemma (expected: one of [gemma3, llama, phi3, qwen2, qwen3, smollm3])");
    assertRefused(new GgufBytes(), "general.architecture: missing");
    assertRefused(new GgufBytes().string("general.architecture", "llama"), "llama.");
    assertRefused(model("llama").integer("llama.expert_count", 8), "llama.expert_count: 8");
    assertRefused(
        model("llama").integer("llama.rope.dimension_count", 2), "llama.rope.dimension_count: 2");
    assertRefused(
        model("llama").string("llama.rope.scaling.type", "longrope"),
        "llama.rope.scaling.type: longrope");
    assertRefused(
        model("llama").tensor("blk.0.attn_q_norm.weight", List.of(1), new float[1]),
        "tensor blk.0.attn_q_norm.weight: not supported");
    assertRefused(
        model("llama").tensor("blk.0.attn_output.bias", List.of(1), new float[1]),
        "tensor blk.0.attn_output.bias: not supported");
  }

  @Test
  void refusesATypeItCannotReadIfTheTensorIsNeeded() throws IOException {
    GgufBytes model = model("llama");
    GgufBytes other = model.listed("output.weight", new long[] {8, 6}, 16, model.dataSize());
    try (Checkpoint checkpoint = open(other)) {
      assertThat(checkpoint.tensors().get("lm_head.weight").type()).isEqualTo("IQ2_XXS");
      ModelTensors.check(checkpoint, 1, false);
      assertThatThrownBy(() -> ModelTensors.check(checkpoint, 1, true))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining("model.gguf: tensor output.weight: type IQ2_XXS (expected: one of")
          .hasMessageContaining("llama-quantize");
      assertThatThrownBy(() -> checkpoint.format("lm_head.weight"))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining("model.gguf: tensor output.weight: type IQ2_XXS (expected: one of");
      assertThat(checkpoint.format("model.norm.weight")).isEqualTo(GgufType.F32);
    }
  }

  @Test
  void damageIsNeverMoreThanAnError() throws IOException {
    byte[] whole = model("llama").bytes();
    Mutations mutations = Mutations.seeded();
    Path path = folder.resolve("model.gguf");
    for (int round = 0; round < ROUNDS; round++) {
      Files.write(path, mutations.damage(whole, round, 0, whole.length));
      try (Checkpoint checkpoint = Checkpoints.open(path)) {
        ModelTensors.check(checkpoint, checkpoint.config().numHiddenLayers(), true);
        checkpoint.tensors().keySet().forEach(checkpoint::read);
      } catch (CheckpointException e) {
        assertThat(e).hasMessageContaining(path.toString());
      }
    }
  }

  private Checkpoint open(GgufBytes file) throws IOException {
    return Checkpoints.open(Files.write(folder.resolve("model.gguf"), file.bytes()));
  }

  private void assertRefused(GgufBytes file, String message) {
    assertThatThrownBy(() -> open(file).close())
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("model.gguf: ")
        .hasMessageContaining(message);
  }

  /** The number of each row in the file, in the order in which the rows are read. */
  private static int[] rows(Checkpoint checkpoint, String projection) {
    float[] values = checkpoint.read("model.layers.0.self_attn." + projection + ".weight");
    int[] rows = new int[values.length / HIDDEN];
    for (int row = 0; row < rows.length; row++) {
      rows[row] = (int) values[row * HIDDEN];
      assertThat(values[row * HIDDEN + HIDDEN - 1]).isEqualTo(rows[row]);
    }
    return rows;
  }

  /** One block whose every weight is the number of its row. */
  static GgufBytes model(String architecture) {
    GgufBytes file = configuration(architecture, HIDDEN, 4);
    matrix(file, "token_embd.weight", 6, HIDDEN);
    matrix(file, "blk.0.attn_q.weight", HEADS * HEAD_DIM, HIDDEN);
    matrix(file, "blk.0.attn_k.weight", HEAD_DIM, HIDDEN);
    matrix(file, "blk.0.attn_v.weight", HEAD_DIM, HIDDEN);
    matrix(file, "blk.0.attn_output.weight", HIDDEN, HEADS * HEAD_DIM);
    matrix(file, "blk.0.ffn_gate.weight", 4, HIDDEN);
    matrix(file, "blk.0.ffn_up.weight", 4, HIDDEN);
    matrix(file, "blk.0.ffn_down.weight", HIDDEN, 4);
    for (String norm : List.of("blk.0.attn_norm", "blk.0.ffn_norm", "output_norm")) {
      file.tensor(norm + ".weight", List.of(HIDDEN), numbered(HIDDEN, 1));
    }
    return file;
  }

  /** The metadata of a model of one block with two heads, which share keys and values. */
  static GgufBytes configuration(String architecture, int hidden, int feedForward) {
    String prefix = architecture + ".";
    return new GgufBytes()
        .string("general.architecture", architecture)
        .integer(prefix + "block_count", 1)
        .integer(prefix + "context_length", 32)
        .integer(prefix + "embedding_length", hidden)
        .integer(prefix + "feed_forward_length", feedForward)
        .integer(prefix + "attention.head_count", HEADS)
        .integer(prefix + "attention.head_count_kv", 1)
        .number(prefix + "attention.layer_norm_rms_epsilon", 1e-5f)
        .integer("tokenizer.ggml.bos_token_id", 1)
        .integer("tokenizer.ggml.eos_token_id", 2)
        .integer("tokenizer.ggml.eot_token_id", 3);
  }

  private static void matrix(GgufBytes file, String name, int rows, int columns) {
    file.tensor(name, List.of(rows, columns), numbered(rows, columns));
  }

  private static float[] numbered(int rows, int columns) {
    float[] values = new float[rows * columns];
    for (int row = 0; row < rows; row++) {
      Arrays.fill(values, row * columns, (row + 1) * columns, row);
    }
    return values;
  }
}
