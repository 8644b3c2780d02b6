package dev.panda.transformer.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.panda.transformer.checkpoint.CheckpointException;
import dev.panda.transformer.testing.TinyTokenizer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AgreementTest {
  @TempDir private Path folder;
  private Path model;

  @BeforeEach
  void write() {
    TinyTokenizer.write(folder);
    model = folder.resolve("tokenizer.model");
  }

  @Test
  void aSentencePieceModelMustHaveTheSamePieces() throws IOException {
    List<String> tokens = tokens();
    Files.write(model, sentencePiece(tokens));
    Tokenizers.check(folder);

    tokens.set(280, "other");
    Files.write(model, sentencePiece(tokens));
    assertThatThrownBy(() -> Tokenizers.check(folder))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContainingAll(
            folder.resolve("tokenizer.json") + ": token 280: ",
            "(expected: \"other\", as in " + model + "; remove the file");
  }

  @Test
  void aFileOfAnotherKindIsNotCompared() throws IOException {
    Files.writeString(model, "IQ== 0\nIg== 1\n");
    Tokenizers.check(folder);
    byte[] whole = sentencePiece(tokens());
    Files.write(model, Arrays.copyOf(whole, whole.length - 3));
    Tokenizers.check(folder);
  }

  @Test
  void aloneItIsNotEnough() throws IOException {
    Files.write(model, sentencePiece(List.of("a")));
    Files.delete(folder.resolve("tokenizer.json"));
    assertThatThrownBy(() -> Tokenizers.check(folder))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("AutoTokenizer makes the first of tokenizer.model");
    assertThat(SentencePieceModel.pieces(model))
        .containsExactly(new SentencePieceModel.Piece("a", 1));
  }

  private static List<String> tokens() {
    List<String> tokens = new ArrayList<>();
    TinyTokenizer.json().path("model").path("vocab").fieldNames().forEachRemaining(tokens::add);
    return tokens;
  }

  /** Pieces with a text, a score of zero and, for the control tokens, a type. */
  private static byte[] sentencePiece(List<String> tokens) {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    for (String token : tokens) {
      byte[] text = token.getBytes(StandardCharsets.UTF_8);
      ByteArrayOutputStream piece = new ByteArrayOutputStream();
      piece.write(0x0a);
      piece.write(text.length);
      piece.writeBytes(text);
      piece.writeBytes(
          new byte[] {0x15, 0, 0, 0, 0, 0x18, (byte) (token.startsWith("<|") ? 3 : 1)});
      file.write(0x0a);
      file.write(piece.size());
      file.writeBytes(piece.toByteArray());
    }
    return file.toByteArray();
  }
}
