package dev.panda.transformer.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.panda.transformer.testing.TinyTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EndTokensTest {
  @TempDir private Path directory;

  @BeforeEach
  void writeTokenizerWithoutConfiguration() throws IOException {
    Files.writeString(directory.resolve("tokenizer.json"), TinyTokenizer.json().toString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "tokenizer_config.json;   {\"eos_token\": \"<|im_end|>\"}",
        "tokenizer_config.json;   {\"eos_token\": {\"content\": \"<|im_end|>\"}}",
        "special_tokens_map.json; {\"eos_token\": \"<|im_end|>\"}"
      })
  void aChatEndsAtTheEndTokenOfTheTokenizersFiles(String file, String json) throws IOException {
    Files.writeString(directory.resolve(file), json);
    assertThat(endTokens(List.of(5))).containsExactlyInAnyOrder(TinyTokenizer.END_ID, 5);
  }

  @Test
  void anEndTokenMayBeAnOrdinaryTokenOrUnknown() throws IOException {
    Path config = directory.resolve("tokenizer_config.json");
    Files.writeString(config, "{\"eos_token\": \"!\"}");
    assertThat(endTokens(List.of())).containsExactly(TinyTokenizer.FIRST_BYTE_ID + '!');
    Files.writeString(config, "{\"eos_token\": \"<|no|>\"}");
    assertThat(endTokens(List.of())).isEmpty();
    Files.writeString(config, "{\"eos_token\": null}");
    assertThat(endTokens(List.of(7))).containsExactly(7);
  }

  @Test
  void aFilesControlTokensEndAChatByTheirNames() {
    Path file =
        new GgufMetadata()
            .with("tokenizer.ggml.model", "gpt2")
            .with("tokenizer.ggml.pre", "gpt-2")
            .with("tokenizer.ggml.merges", List.of("! !"))
            .with(
                "tokenizer.ggml.tokens",
                List.of("<|im_start|>", "<|eot_id|>", "<|im_end|>", "<|end|>", "!", "!!"))
            .with("tokenizer.ggml.token_type", List.of(3, 3, 3, 4, 1, 1))
            .write(directory.resolve("named.gguf"));
    try (Tokenizer tokenizer = Tokenizers.open(file, List.of(4))) {
      assertThat(tokenizer.endTokenIds()).containsExactlyInAnyOrder(1, 2, 4);
    }
  }

  private Set<Integer> endTokens(List<Integer> configured) {
    try (Tokenizer tokenizer = Tokenizers.open(directory, configured)) {
      return tokenizer.endTokenIds();
    }
  }
}
