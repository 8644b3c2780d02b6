package dev.panda.transformer.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.panda.transformer.chat.ChatMessage;
import dev.panda.transformer.chat.ChatTemplate;
import dev.panda.transformer.testing.TokenBytes;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Compares the tokenizer in SmolLM2's GGUF file with transformers and llama.cpp ({@code
 * smollm2_tokens.py}). Needs the file: its path in the system property {@code panda.smollm2} or the
 * environment variable {@code PANDA_SMOLLM2}.
 */
class SmolLm2TokenizerTest {

  @Test
  void encodesAsTransformersAndBackExactly() throws IOException {
    Path model = model();
    JsonNode cases = golden().path("cases");
    try (Tokenizer tokenizer = Tokenizers.open(model)) {
      assertThat(tokenizer.vocabularySize()).isEqualTo(49152);
      for (JsonNode golden : cases) {
        String text = golden.path("text").asText();
        int[] ids = tokenizer.encode(text, false);
        assertThat(ids).as(text).isEqualTo(ids(golden.path("smollm")));
        assertThat(tokenizer.encode(text, true)).as(text).isEqualTo(ids);
        assertThat(tokenizer.decode(ids, true)).isEqualTo(text);
        assertThat(tokenizer.decode(ids, false))
            .isEqualTo(new String(TokenBytes.of(tokenizer, ids), StandardCharsets.UTF_8));
      }
    }
  }

  @Test
  void rendersAndEncodesAConversation() throws IOException {
    Path model = model();
    ChatTemplate template = ChatTemplate.open(model).orElseThrow();
    String text =
        template.render(List.of(new ChatMessage("user", "Why is the sky blue?")), true).text();
    try (Tokenizer tokenizer = Tokenizers.open(model)) {
      int[] ids = tokenizer.encode(text, false);
      assertThat(ids)
          .hasSize(36)
          .startsWith(1, 9690, 198, 2683)
          .isEqualTo(ids(golden().path("chat")));
    }
  }

  @Test
  void hasTheSameFingerprintEverywhere() {
    Path model = model();
    try (Tokenizer tokenizer = Tokenizers.open(model)) {
      assertThat(tokenizer.fingerprint())
          .isEqualTo("8243a2e96c0b2b0dbfdaa95182b466dbcf09d705485df063bbd4f67e19d1fa53");
    }
  }

  @Test
  void shrinksToItsFirstMerges(@TempDir Path directory) throws IOException {
    Path model = model();
    List<String> special = List.of("<|endoftext|>", "<|im_start|>", "<|im_end|>");
    String template = ChatTemplate.open(model).orElseThrow().text();
    TokenizerReduction reduction = new TokenizerReduction(3837, special, "<|im_end|>", template);
    assertThat(reduction.write(model, directory)).isEqualTo(4096);
    try (Tokenizer smaller = Tokenizers.open(directory)) {
      for (JsonNode golden : golden().path("cases")) {
        String text = golden.path("text").asText();
        int[] ids = smaller.encode(text, false);
        assertThat(smaller.decode(ids, true)).isEqualTo(text);
        assertThat(smaller.encode(smaller.decode(ids, true), false)).isEqualTo(ids);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"gpt-2", "llama-bpe", "qwen2", "tekken", "default"})
  void splitsAsLlamaCppUnderOtherPreTokenizers(String pre) throws IOException {
    Path model = model();
    JsonNode cases = golden().path("cases");
    ObjectNode json = Tokenizers.describe(model);
    PreTokenizers.Style style = PreTokenizers.find(pre).orElseThrow();
    json.set("pre_tokenizer", style.json());
    ((ObjectNode) json.path("model")).put("ignore_merges", style.wholeWords());
    try (Tokenizer tokenizer = new JsonTokenizer(json, pre)) {
      for (JsonNode golden : cases) {
        String text = golden.path("text").asText();
        assertThat(tokenizer.encode(text, false)).as(text).isEqualTo(ids(golden.path(pre)));
      }
    }
  }

  private static Path model() {
    String path = System.getProperty("panda.smollm2", System.getenv("PANDA_SMOLLM2"));
    if (path == null) {
      System.err.println(
          "*** NOT RUN: the comparison of SmolLM2's tokenizer with transformers. Set PANDA_SMOLLM2"
              + " to the GGUF file of SmolLM2-135M-Instruct. ***");
    }
    Assumptions.assumeTrue(path != null, "PANDA_SMOLLM2 is not set");
    return Path.of(path);
  }

  private static JsonNode golden() throws IOException {
    try (InputStream json = SmolLm2TokenizerTest.class.getResourceAsStream("smollm2_tokens.json")) {
      return new ObjectMapper().readTree(json);
    }
  }

  private static int[] ids(JsonNode list) {
    int[] ids = new int[list.size()];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = list.get(i).asInt();
    }
    return ids;
  }
}
