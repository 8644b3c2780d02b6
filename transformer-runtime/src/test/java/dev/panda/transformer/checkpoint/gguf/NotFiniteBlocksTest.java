package dev.panda.transformer.checkpoint.gguf;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.panda.transformer.checkpoint.Checkpoint;
import dev.panda.transformer.checkpoint.CheckpointException;
import dev.panda.transformer.checkpoint.Checkpoints;
import dev.panda.transformer.decoder.Decoder;
import dev.panda.transformer.decoder.DecoderOptions;
import dev.panda.transformer.decoder.Numerics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A block of any type whose scale is no number is refused, whatever format it is loaded to. */
class NotFiniteBlocksTest {
  private static final int WIDTH = 256;
  private static final int VOCABULARY = 32;
  private static final int FLOAT_NAN = 0x7fc00000;
  private static final int HALF_NAN = 0x7e00;
  private static final int HALF_INFINITY = 0x7c00;

  @TempDir private Path folder;

  private static Stream<Arguments> everyTypeInEveryFormat() {
    return Arrays.stream(GgufType.values())
        .flatMap(
            type -> Arrays.stream(Numerics.values()).map(numerics -> Arguments.of(type, numerics)));
  }

  @ParameterizedTest
  @MethodSource("everyTypeInEveryFormat")
  void namesTheElement(GgufType type, Numerics numerics) throws IOException {
    int row = 70;
    byte[] matrix = new byte[WIDTH * rowBytes(type)];
    poison(type, matrix, row * rowBytes(type), HALF_NAN);
    refused(
        "blk.0.ffn_down.weight", type, matrix, numerics, "mlp.down_proj.weight: element 17920: ");
  }

  @ParameterizedTest
  @EnumSource(Numerics.class)
  void namesTheElementOfAReorderedMatrix(Numerics numerics) throws IOException {
    byte[] matrix = new byte[WIDTH * rowBytes(GgufType.Q4_K)];
    poison(GgufType.Q4_K, matrix, 130 * rowBytes(GgufType.Q4_K), HALF_INFINITY);
    // llama.cpp's row 130 of queries is the second of head 1's pairs, row 129 in halves
    refused(
        "blk.0.attn_q.weight", GgufType.Q4_K, matrix, numerics, "q_proj.weight: element 33024: ");
  }

  @Test
  void namesTheElementOfAnEmbedding() throws IOException {
    byte[] matrix = new byte[VOCABULARY * rowBytes(GgufType.Q6_K)];
    poison(GgufType.Q6_K, matrix, 31 * rowBytes(GgufType.Q6_K), HALF_NAN);
    for (Numerics numerics : Numerics.values()) {
      refused(
          "token_embd.weight",
          GgufType.Q6_K,
          matrix,
          numerics,
          "model.embed_tokens.weight: element 7936: NaN (expected: a finite number)");
    }
  }

  private void refused(String tensor, GgufType type, byte[] data, Numerics numerics, String message)
      throws IOException {
    Path file = Files.write(folder.resolve("model.gguf"), model(tensor, type, data).bytes());
    DecoderOptions options = new DecoderOptions(numerics, "cpu", 1, true, List.of(), 8);
    try (Checkpoint checkpoint = Checkpoints.open(file)) {
      assertThatThrownBy(() -> Decoder.load(checkpoint, options))
          .isInstanceOf(CheckpointException.class)
          .hasMessageStartingWith(file + ": tensor model.")
          .hasMessageContaining(message);
    }
  }

  private static int rowBytes(GgufType type) {
    return WIDTH / type.elementsPerBlock() * type.bytesPerBlock();
  }

  /** Makes a block's scale no number; its other bytes are zeros. */
  private static void poison(GgufType type, byte[] matrix, int block, int half) {
    switch (type) {
      case F32, Q8_K -> put(matrix, block, FLOAT_NAN);
      case BF16 -> put(matrix, block, 0x7fc0);
      case MXFP4 -> {
        put(matrix, block, 0xff);
        put(matrix, block + 1, 0x77); // 6 × 2^128
      }
      case Q2_K -> put(matrix, block + 80, half);
      case Q3_K -> put(matrix, block + 108, half);
      case Q6_K -> put(matrix, block + 208, half);
      default -> put(matrix, block, half);
    }
  }

  private static void put(byte[] matrix, int at, int value) {
    for (int i = 0; value >>> (8 * i) != 0 && i < 4; i++) {
      matrix[at + i] = (byte) (value >>> (8 * i));
    }
  }

  private static GgufBytes model(String changed, GgufType type, byte[] data) {
    GgufBytes file = GgufCheckpointTest.configuration("llama", WIDTH, WIDTH);
    List.of(
            "token_embd",
            "blk.0.attn_q",
            "blk.0.attn_output",
            "blk.0.ffn_gate",
            "blk.0.ffn_up",
            "blk.0.ffn_down",
            "blk.0.attn_k",
            "blk.0.attn_v")
        .forEach(name -> matrix(file, name + ".weight", changed, type, data));
    for (String norm : List.of("blk.0.attn_norm", "blk.0.ffn_norm", "output_norm")) {
      file.tensor(norm + ".weight", List.of(WIDTH), new float[WIDTH]);
    }
    return file;
  }

  private static void matrix(
      GgufBytes file, String name, String changed, GgufType type, byte[] data) {
    int rows =
        switch (name) {
          case "token_embd.weight" -> VOCABULARY;
          case "blk.0.attn_k.weight", "blk.0.attn_v.weight" -> WIDTH / 2;
          default -> WIDTH;
        };
    if (name.equals(changed)) {
      file.quantised(name, List.of(rows, WIDTH), type, data);
    } else {
      file.tensor(name, List.of(rows, WIDTH), new float[rows * WIDTH]);
    }
  }
}
