package dev.panda.transformer.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.panda.transformer.chat.ChatTemplate;
import dev.panda.transformer.checkpoint.CheckpointException;
import dev.panda.transformer.checkpoint.FileMutations;
import dev.panda.transformer.testing.TinyTokenizer;
import dev.panda.transformer.testing.TokenBytes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GgufTokenizerTest {
  private static final String SPACE = "\u2581";

  @TempDir private Path directory;

  /** The tiny tokenizer as a GGUF file. */
  private static GgufMetadata tiny() {
    JsonNode model = TinyTokenizer.json().path("model");
    List<String> tokens = new ArrayList<>();
    model.path("vocab").fieldNames().forEachRemaining(tokens::add);
    List<Integer> types = new ArrayList<>(Collections.nCopies(tokens.size(), 1));
    types.set(TinyTokenizer.BEGIN_ID, 3);
    types.set(TinyTokenizer.END_ID, 3);
    List<String> merges = new ArrayList<>();
    model.path("merges").forEach(m -> merges.add(m.path(0).asText() + " " + m.path(1).asText()));
    return new GgufMetadata()
        .with("general.architecture", "llama")
        .with("tokenizer.ggml.model", "gpt2")
        .with("tokenizer.ggml.pre", "gpt-2")
        .with("tokenizer.ggml.tokens", tokens)
        .with("tokenizer.ggml.token_type", types)
        .with("tokenizer.ggml.merges", merges)
        .with("tokenizer.ggml.bos_token_id", TinyTokenizer.BEGIN_ID)
        .with("tokenizer.ggml.eos_token_id", TinyTokenizer.END_ID)
        .with("tokenizer.chat_template", TinyTokenizer.CHAT_TEMPLATE);
  }

  /** Pieces of "hello" and "hell", bytes for everything else. */
  private static GgufMetadata sentencePiece() {
    List<String> tokens = new ArrayList<>(List.of("<unk>", "<s>", "</s>"));
    List<Integer> types = new ArrayList<>(List.of(2, 3, 3));
    for (int value = 0; value < 256; value++) {
      tokens.add("<0x%02X>".formatted(value));
      types.add(6);
    }
    List<String> pieces =
        List.of("he", "ll", "hell", SPACE + "hell", SPACE + "hello", SPACE, "h", "e", "l", "o");
    tokens.addAll(pieces);
    types.addAll(Collections.nCopies(pieces.size(), 1));
    List<Float> scores = new ArrayList<>(Collections.nCopies(259, 0f));
    for (int i = 0; i < pieces.size(); i++) {
      scores.add((float) -i);
    }
    return new GgufMetadata()
        .with("tokenizer.ggml.model", "llama")
        .with("tokenizer.ggml.tokens", tokens)
        .with("tokenizer.ggml.token_type", types)
        .with("tokenizer.ggml.scores", scores)
        .with("tokenizer.ggml.bos_token_id", 1)
        .with("tokenizer.ggml.eos_token_id", 2)
        .with("tokenizer.ggml.unknown_token_id", 0);
  }

  @Test
  void equalsTheTokenizerOfTheDirectory() {
    TinyTokenizer.write(directory);
    Path file = tiny().write(directory.resolve("tiny.gguf"));
    try (Tokenizer inDirectory = Tokenizers.open(directory);
        Tokenizer inFile = Tokenizers.open(file)) {
      String text = "<|im_start|>user\nWhy is the sky blue?  42's<|im_end|>";
      assertThat(inFile.encode(text, true)).isEqualTo(inDirectory.encode(text, true));
      assertThat(inFile.fingerprint()).isEqualTo(inDirectory.fingerprint());
      assertThat(inFile.vocabularySize()).isEqualTo(inDirectory.vocabularySize());
    }
    assertThat(ChatTemplate.open(file).orElseThrow().text()).isEqualTo(TinyTokenizer.CHAT_TEMPLATE);
  }

  @Test
  void opensADirectoryWithOneFileAndRefusesTwo() {
    tiny().write(directory.resolve("a.gguf"));
    Tokenizers.open(directory).close();
    tiny().write(directory.resolve("b.gguf"));
    assertThatThrownBy(() -> Tokenizers.open(directory))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("2 GGUF models");
  }

  @Test
  void aTokenizerBesideTheFileGoesFirstAndMustAgree() {
    tiny().with("tokenizer.ggml.pre", "exotic").write(directory.resolve("tiny.gguf"));
    TinyTokenizer.write(directory);
    delete("tokenizer_config.json");
    try (Tokenizer tokenizer = Tokenizers.open(directory)) {
      assertThat(tokenizer.vocabularySize()).isEqualTo(TinyTokenizer.SIZE);
      assertThat(tokenizer.endTokenIds()).contains(TinyTokenizer.END_ID);
    }
    assertThat(ChatTemplate.open(directory).orElseThrow().text())
        .isEqualTo(TinyTokenizer.CHAT_TEMPLATE);

    tiny()
        .with("tokenizer.ggml.tokens", List.of("x", "y"))
        .with("tokenizer.ggml.token_type", List.of(1, 1))
        .write(directory.resolve("tiny.gguf"));
    assertThatThrownBy(() -> Tokenizers.open(directory))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContainingAll(
            "tokenizer.json: token 0: ", "(expected: \"x\", as in ", "tiny.gguf; remove");
  }

  private void delete(String file) {
    assertThat(directory.resolve(file).toFile().delete()).isTrue();
  }

  @Test
  void runsOfSpacesMergeAsOtherPieces() {
    GgufMetadata gemma = sentencePiece().with("tokenizer.ggml.add_space_prefix", false);
    List<String> tokens = new ArrayList<>(gemma.texts("tokenizer.ggml.tokens"));
    List<Integer> types = new ArrayList<>(List.of(2, 3, 3));
    types.addAll(Collections.nCopies(256, 6));
    types.addAll(Collections.nCopies(10, 1));
    types.addAll(List.of(4, 4, 4));
    tokens.addAll(List.of("  ", "   ", "\n\n"));
    List<Float> scores = new ArrayList<>();
    IntStream.range(0, tokens.size()).forEach(id -> scores.add((float) -id));
    Path file =
        gemma
            .with("tokenizer.ggml.tokens", tokens)
            .with("tokenizer.ggml.token_type", types)
            .with("tokenizer.ggml.scores", scores)
            .write(directory.resolve("gemma.gguf"));
    int space = 259 + 5;
    int two = 269;
    try (Tokenizer tokenizer = Tokenizers.open(file)) {
      assertThat(tokenizer.encode("o   o", false)).containsExactly(268, two + 1, 268);
      assertThat(tokenizer.encode("o " + SPACE + "o o", false))
          .containsExactly(268, two, 268, space, 268);
      assertThat(tokenizer.encode("\n\n  hell", false)).containsExactly(271, two, 261);
      assertThat(tokenizer.bytes(two)).asString(StandardCharsets.UTF_8).isEqualTo("  ");
    }
  }

  @Test
  void addsBeginAndEndTokensIfTheFileSaysSo() {
    Path file =
        tiny()
            .with("tokenizer.ggml.add_bos_token", true)
            .with("tokenizer.ggml.add_eos_token", true)
            .write(directory.resolve("tiny.gguf"));
    try (Tokenizer tokenizer = Tokenizers.open(file)) {
      assertThat(tokenizer.encode("a", true))
          .containsExactly(0, TinyTokenizer.FIRST_BYTE_ID + 'a', 1);
      assertThat(tokenizer.encode("a", false)).containsExactly(TinyTokenizer.FIRST_BYTE_ID + 'a');
    }
  }

  @Test
  void mergesSentencePiecesByScoreAndFallsBackToBytes() {
    Path file = sentencePiece().write(directory.resolve("llama.gguf"));
    try (Tokenizer tokenizer = Tokenizers.open(file)) {
      int hello = 259 + 4;
      assertThat(tokenizer.encode("hello hello", true)).containsExactly(1, hello, hello);
      int[] ids = tokenizer.encode("hello\né", false);
      assertThat(ids).containsExactly(hello, 3 + '\n', 3 + 0xC3, 3 + 0xA9);
      assertThat(tokenizer.decode(ids, false)).isEqualTo("hello\né");
      assertThat(TokenBytes.of(tokenizer, ids))
          .asString(StandardCharsets.UTF_8)
          .isEqualTo(" hello\né");
      assertThat(tokenizer.bytes(1)).isEmpty();
      for (String text : List.of("hello hello", "hello\né", SPACE.repeat(9), "hell ".repeat(9))) {
        assertThat(tokenizer.leastTokens(text)).isBetween(1, tokenizer.encode(text, false).length);
      }
      assertThat(tokenizer.leastTokens("é".repeat(500))).isEqualTo(1000);
    }
  }

  @Test
  void leavesOutUnusedTokens() {
    GgufMetadata tiny = tiny();
    Path file = tiny.write(directory.resolve("tiny.gguf"));
    List<String> tokens = new ArrayList<>(List.of("<|a|>", "!", "\"", "[PAD3]"));
    Path padded =
        tiny.with("tokenizer.ggml.tokens", tokens)
            .with("tokenizer.ggml.token_type", List.of(3, 1, 1, 5))
            .with("tokenizer.ggml.merges", List.of("! !"))
            .write(directory.resolve("padded.gguf"));
    assertThatThrownBy(() -> Tokenizers.open(padded))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("tokenizer.ggml.merges[0]: ! !");
    tokens.add("!!");
    tiny.with("tokenizer.ggml.token_type", List.of(3, 1, 1, 5, 1)).write(padded);
    try (Tokenizer tokenizer = Tokenizers.open(padded)) {
      assertThat(tokenizer.encode("!!\"", false)).containsExactly(4, 2);
      assertThat(tokenizer.bytes(3)).isEmpty();
      assertThat(tokenizer.decode(new int[] {4, 3, 2}, true)).isEqualTo("!!\"");
    }
    assertThat(file).exists();
  }

  @Test
  void refusesWhatItDoesNotKnow() {
    refused(tiny().with("tokenizer.ggml.pre", "exotic"), "tokenizer.ggml.pre: exotic");
    refused(tiny().with("tokenizer.ggml.model", "bert"), "tokenizer.ggml.model: bert");
    refused(tiny().with("tokenizer.ggml.token_type", List.of(1)), "token_type: 1 elements");
    refused(
        tiny().with("tokenizer.ggml.bos_token_id", 9999).with("tokenizer.ggml.add_bos_token", true),
        "bos_token_id: 9999");
    refused(
        tiny()
            .with("tokenizer.ggml.tokens", List.of("a", "a"))
            .with("tokenizer.ggml.token_type", List.of(1, 1)),
        "tokens[1]: a");
    refused(
        new GgufMetadata().with("general.architecture", "llama"), "tokenizer.ggml.model: missing");
  }

  @Test
  void damageIsNeverMoreThanAnError() throws IOException {
    for (GgufMetadata metadata : List.of(tiny(), sentencePiece())) {
      Path file = metadata.write(directory.resolve("damaged.gguf"));
      new FileMutations(
              () -> {
                Tokenizers.check(file);
                ChatTemplate.open(file);
              },
              CheckpointException.class::isInstance)
          .bytes(file, 400);
    }
  }

  private void refused(GgufMetadata metadata, String message) {
    Path file = metadata.write(directory.resolve("refused.gguf"));
    assertThatThrownBy(() -> Tokenizers.open(file))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("refused.gguf")
        .hasMessageContaining(message);
  }
}
