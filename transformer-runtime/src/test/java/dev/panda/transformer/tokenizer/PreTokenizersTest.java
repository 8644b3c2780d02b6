package dev.panda.transformer.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.panda.transformer.checkpoint.CheckpointException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class PreTokenizersTest {
  private static final String TEXT =
      "I'll say: don'T!\n\n  12345 x² café 世界🙂\tfoo/bar//\r\n (a) ... \u00a0End.  ";

  @TempDir private Path folder;

  static List<String> names() {
    return List.of(PreTokenizers.names().split(", "));
  }

  @ParameterizedTest
  @MethodSource("names")
  void everyNameLoadsAndLosesNothing(String name) {
    try (Tokenizer tokenizer = open(name)) {
      assertThat(tokenizer.decode(tokenizer.encode(TEXT, false), true)).isEqualTo(TEXT);
    }
  }

  /** The vocabulary merges 12345, 5a and "!\n" if they stay together. */
  @ParameterizedTest
  @CsvSource({
    "gpt-2, 12345, 5|a, !|\\n",
    "olmo, 12345, 5|a, !|\\n",
    "smollm, 1|2|3|4|5, 5|a, !|\\n",
    "command-r, 1|2|3|4|5, 5|a, !|\\n",
    "qwen2, 1|2|3|4|5, 5|a, !\\n",
    "deepseek-r1-qwen, 1|2|3|4|5, 5|a, !\\n",
    "stablelm2, 1|2|3|4|5, 5|a, !\\n",
    "qwen35, 1|2|3|4|5, 5|a, !\\n",
    "llama-bpe, 123|45, 5|a, !\\n",
    "dbrx, 123|45, 5|a, !\\n",
    "smaug-bpe, 123|45, 5|a, !\\n",
    "tekken, 1|2|3|4|5, 5|a, !\\n",
    "gpt-4o, 123|45, 5|a, !\\n",
    "seed-coder, 1|2|3|4|5, 5|a, !|\\n",
    "deepseek-llm, 1|2|3|4|5, 5|a, !|\\n",
    "deepseek-coder, 1|2|3|4|5, 5|a, !|\\n",
    "deepseek-v3, 123|45, 5|a, !\\n",
    "bloom, 12345, 5a, !\\n",
    "viking, 1|2|3|4|5, 5|a, !\\n"
  })
  void splitsDigitsWordsAndMarks(String name, String digits, String mixed, String mark) {
    try (Tokenizer tokenizer = open(name)) {
      assertThat(pieces(tokenizer, "12345")).isEqualTo(digits);
      assertThat(pieces(tokenizer, "5a")).isEqualTo(mixed);
      assertThat(pieces(tokenizer, "!\n").replace("\n", "\\n")).isEqualTo(mark);
    }
  }

  @Test
  void anUnknownNameIsRefusedWithTheKnownOnesAndARemedy() {
    assertThatThrownBy(() -> open("exotic"))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContainingAll(
            "tokenizer.ggml.pre: exotic (expected: one of a.x-4.0, bloom,",
            "qwen2",
            "or the model's tokenizer.json beside the file");
  }

  private static String pieces(Tokenizer tokenizer, String text) {
    List<String> pieces = new ArrayList<>();
    for (int id : tokenizer.encode(text, false)) {
      pieces.add(tokenizer.decode(new int[] {id}, true));
    }
    return String.join("|", pieces);
  }

  private Tokenizer open(String pre) {
    List<String> tokens = new ArrayList<>();
    IntStream.range(0, 256).forEach(b -> tokens.add(String.valueOf(ByteAlphabet.character(b))));
    List<String> merges = List.of("1 2", "12 3", "4 5", "123 45", "5 a", "! Ċ");
    merges.forEach(merge -> tokens.add(merge.replace(" ", "")));
    return Tokenizers.open(
        new GgufMetadata()
            .with("tokenizer.ggml.model", "gpt2")
            .with("tokenizer.ggml.pre", pre)
            .with("tokenizer.ggml.tokens", tokens)
            .with("tokenizer.ggml.token_type", Collections.nCopies(tokens.size(), 1))
            .with("tokenizer.ggml.merges", merges)
            .write(folder.resolve("pre.gguf")));
  }
}
