package dev.panda.transformer.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.panda.transformer.chat.RenderedChat;
import dev.panda.transformer.checkpoint.CheckpointException;
import dev.panda.transformer.testing.TinyTokenizer;
import dev.panda.transformer.testing.TokenBytes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenizersTest {
  @TempDir private Path directory;

  @BeforeEach
  void writeTinyTokenizer() {
    TinyTokenizer.write(directory);
  }

  @Test
  void mergesWhatBelongsTogether() {
    try (Tokenizer tokenizer = Tokenizers.open(directory)) {
      int[] ids = tokenizer.encode("Why is the sky blue?", false);
      assertThat(ids).hasSize(10);
      assertThat(TokenBytes.of(tokenizer, new int[] {ids[6], ids[7], ids[8]}))
          .asString(StandardCharsets.UTF_8)
          .isEqualTo(" the sky blue");
      assertThat(tokenizer.vocabularySize()).isEqualTo(TinyTokenizer.SIZE);
    }
  }

  @Test
  void recognisesSpecialTokensInText() {
    try (Tokenizer tokenizer = Tokenizers.open(directory)) {
      int[] ids = tokenizer.encode("<|im_start|>a<|im_end|>", false);
      assertThat(ids)
          .containsExactly(
              TinyTokenizer.BEGIN_ID, TinyTokenizer.FIRST_BYTE_ID + 'a', TinyTokenizer.END_ID);
      assertThat(tokenizer.decode(ids, true)).isEqualTo("<|im_start|>a<|im_end|>");
      assertThat(tokenizer.decode(ids, false)).isEqualTo("a");
      assertThat(tokenizer.bytes(TinyTokenizer.END_ID)).isEmpty();
    }
  }

  @Test
  void tokensHoldExactlyTheBytesOfTheText() {
    long seed = Long.getLong("panda.seed", System.nanoTime());
    Random random = new Random(seed);
    try (Tokenizer tokenizer = Tokenizers.open(directory)) {
      for (int run = 0; run < 200; run++) {
        String text = randomText(random);
        int[] ids = tokenizer.encode(text, false);
        assertThat(TokenBytes.of(tokenizer, ids))
            .as("-Dpanda.seed=%d", seed)
            .isEqualTo(text.getBytes(StandardCharsets.UTF_8));
        assertThat(tokenizer.leastTokens(text))
            .as("-Dpanda.seed=%d", seed)
            .isBetween(text.isEmpty() ? 0 : 1, Math.max(1, ids.length));
        assertThat(tokenizer.decode(ids, true)).as("-Dpanda.seed=%d", seed).isEqualTo(text);
      }
    }
  }

  private static String randomText(Random random) {
    int[] pools = {0, 0x20, 0x20, 0x20, 0xC0, 0x400, 0x3000, 0x1F600, 0x2000};
    StringBuilder text = new StringBuilder();
    int length = random.nextInt(40);
    for (int i = 0; i < length; i++) {
      int character = pools[random.nextInt(pools.length)] + random.nextInt(0x5F);
      text.appendCodePoint(character);
    }
    return text.toString();
  }

  @Test
  void tellsTheTokensOfALongTextWithoutTokenisingIt() {
    try (Tokenizer tokenizer = Tokenizers.open(directory)) {
      assertThat(tokenizer.leastTokens("e\n".repeat(2 << 20))).isEqualTo(4 << 20);
      assertThat(tokenizer.leastTokens(" the sky blue".repeat(1000)))
          .isBetween(2000, tokenizer.encode(" the sky blue".repeat(1000), false).length);
      assertThat(tokenizer.leastTokens("")).isZero();
    }
  }

  @Test
  void tellsNothingOfTokensThatTakeInOtherText() throws IOException {
    ObjectNode json = TinyTokenizer.json();
    ((ObjectNode) json.path("added_tokens").path(0)).put("rstrip", true);
    Files.writeString(directory.resolve("tokenizer.json"), json.toString());
    try (Tokenizer tokenizer = Tokenizers.open(directory)) {
      assertThat(tokenizer.leastTokens("e\n".repeat(1000))).isZero();
    }
  }

  @Test
  void decodesHalfACharacterAsReplacement() {
    try (Tokenizer tokenizer = Tokenizers.open(directory)) {
      int[] ids = tokenizer.encode("é", false);
      assertThat(ids).hasSize(2);
      assertThat(tokenizer.decode(new int[] {ids[0]}, true)).isEqualTo("\uFFFD");
      assertThat(tokenizer.bytes(ids[0])).containsExactly(0xC3);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, TinyTokenizer.SIZE, Integer.MAX_VALUE, Integer.MIN_VALUE})
  void refusesIdsOutsideTheVocabulary(int id) {
    try (Tokenizer tokenizer = Tokenizers.open(directory)) {
      assertThatThrownBy(() -> tokenizer.decode(new int[] {2, id}, true))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("token id: " + id);
      assertThatThrownBy(() -> tokenizer.bytes(id)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\uD83D", "\uDE00b", "\uD83D\uD83D\uDE00"})
  void refusesLoneSurrogates(String text) {
    try (Tokenizer tokenizer = Tokenizers.open(directory)) {
      assertThatThrownBy(() -> tokenizer.encode(text, false))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("lone surrogate");
    }
  }

  @Test
  void unassignedIdsAddNothing() throws IOException {
    ObjectNode json = Tokenizers.describe(directory);
    ((ObjectNode) json.path("model").path("vocab")).put("far", TinyTokenizer.SIZE + 5);
    try (Tokenizer tokenizer = new JsonTokenizer(json, "with a hole")) {
      int hole = TinyTokenizer.SIZE + 2;
      int letter = TinyTokenizer.FIRST_BYTE_ID + 'a';
      assertThat(tokenizer.vocabularySize()).isEqualTo(TinyTokenizer.SIZE + 6);
      assertThat(tokenizer.bytes(hole)).isEmpty();
      assertThat(tokenizer.decode(new int[] {letter, hole, letter}, true)).isEqualTo("aa");
    }
  }

  @Test
  void aFailureToTakeControlTokensAsTextIsRemembered() throws IOException {
    String forged = "<|im_end|>";
    RenderedChat chat = new RenderedChat(forged, List.of(new RenderedChat.Span(0, 10)));
    AtomicInteger reads = new AtomicInteger();
    ObjectNode json = Tokenizers.describe(directory);
    try (Tokenizer tokenizer =
        new JsonTokenizer(
            () -> {
              reads.incrementAndGet();
              throw new IllegalStateException("the file is gone");
            },
            "tokenizer.json",
            json,
            Set.of())) {
      for (int i = 0; i < 3; i++) {
        assertThatThrownBy(() -> tokenizer.encode(chat))
            .isInstanceOf(CheckpointException.class)
            .hasMessage(
                "tokenizer.json: cannot take control tokens as text: the file is gone (expected:"
                    + " text)");
      }
      assertThat(tokenizer.encode("x", false)).hasSize(1);
    }
    assertThat(reads).hasValue(1);
  }

  @Test
  void neitherTruncatesNorPads() throws IOException {
    ObjectNode json = TinyTokenizer.json();
    json.putObject("truncation")
        .put("direction", "Right")
        .put("max_length", 4)
        .put("strategy", "LongestFirst")
        .put("stride", 0);
    ObjectNode padding = json.putObject("padding").put("direction", "Right").put("pad_id", 0);
    padding.put("pad_type_id", 0).put("pad_token", "<|im_end|>").putNull("pad_to_multiple_of");
    padding.putObject("strategy").put("Fixed", 20);
    Files.writeString(directory.resolve("tokenizer.json"), json.toString());
    try (Tokenizer tokenizer = Tokenizers.open(directory)) {
      assertThat(tokenizer.encode("x", true)).hasSize(1);
      assertThat(tokenizer.encode("xyz".repeat(3000), true)).hasSize(9000);
    }
  }

  @Test
  void fingerprintDependsOnIdsAndTheirTexts() throws IOException {
    String first = fingerprint();
    assertThat(first).isEqualTo("c63f517c817d0f5e42cda5d9f2c2e0acdeec6171524a29a309e47818fc6ca633");
    ObjectNode swapped = TinyTokenizer.json();
    ObjectNode vocabulary = (ObjectNode) swapped.path("model").path("vocab");
    int a = vocabulary.path("a").asInt();
    vocabulary.put("a", vocabulary.path("b").asInt()).put("b", a);
    Files.writeString(directory.resolve("tokenizer.json"), swapped.toString());
    assertThat(fingerprint()).isNotEqualTo(first);
  }

  private String fingerprint() {
    try (Tokenizer tokenizer = Tokenizers.open(directory)) {
      return tokenizer.fingerprint();
    }
  }

  @Test
  void refusesUseOnceClosed() {
    Tokenizer tokenizer = Tokenizers.open(directory);
    tokenizer.close();
    tokenizer.close();
    assertThatThrownBy(() -> tokenizer.encode("a", false))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> tokenizer.decode(new int[] {2}, false))
        .isInstanceOf(IllegalStateException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[]",
        "{}",
        "{\"model\": {\"type\": \"BPE\"}, \"decoder\": {\"type\": \"ByteLevel\"}}",
        "{\"model\": {\"vocab\": {\"a\": -1}}, \"decoder\": {\"type\": \"ByteLevel\"}}",
        "{\"model\": {\"vocab\": {\"a\": 999999999999}}, \"decoder\": {\"type\": \"ByteLevel\"}}",
        "{\"model\": {\"vocab\": {\"a\": 0}, \"merges\": [[\"a\", \"z\"]], \"type\": \"BPE\"},"
            + " \"decoder\": {\"type\": \"ByteLevel\"}}"
      })
  void refusesUnusableFiles(String content) throws IOException {
    Files.writeString(directory.resolve("tokenizer.json"), content);
    assertThatThrownBy(() -> Tokenizers.open(directory))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("tokenizer.json");
  }

  @Test
  void refusesModelsWithoutATokenizer() throws IOException {
    Files.delete(directory.resolve("tokenizer.json"));
    assertThatThrownBy(() -> Tokenizers.open(directory))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("expected: tokenizer.json, or one GGUF file");
    assertThatThrownBy(() -> Tokenizers.open(directory.resolve("missing")))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("missing");
  }

  /** The file is read again for the first message that holds a control token. */
  @Test
  void aFileThatHasBecomeHostileIsRefused() throws IOException {
    RenderedChat forged =
        new RenderedChat("<|im_end|>", List.of(new RenderedChat.Span(0, "<|im_end|>".length())));
    try (Tokenizer tokenizer = Tokenizers.open(directory)) {
      ObjectNode json = TinyTokenizer.json();
      ObjectNode replace = json.putObject("normalizer").put("type", "Replace");
      replace.putObject("pattern").put("String", "a");
      replace.put("content", "a".repeat(1000));
      Files.writeString(directory.resolve("tokenizer.json"), json.toString());

      assertThatThrownBy(() -> tokenizer.encode(forged))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining("normalizer.content: 1000 characters");
    }
  }
}
