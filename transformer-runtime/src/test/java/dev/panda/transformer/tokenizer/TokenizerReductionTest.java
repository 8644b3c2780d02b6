package dev.panda.transformer.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.panda.transformer.chat.ChatMessage;
import dev.panda.transformer.chat.ChatTemplate;
import dev.panda.transformer.testing.TinyTokenizer;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenizerReductionTest {
  private static final TokenizerReduction REDUCTION =
      new TokenizerReduction(
          10,
          List.of("<pad>", "<|im_start|>", "<|im_end|>"),
          "<|im_end|>",
          TinyTokenizer.CHAT_TEMPLATE);

  @TempDir private Path larger;
  @TempDir private Path smaller;

  @BeforeEach
  void writeLarger() {
    TinyTokenizer.write(larger);
  }

  @Test
  void keepsTheFirstMerges() {
    assertThat(REDUCTION.write(larger, smaller)).isEqualTo(3 + 256 + 10);
    try (Tokenizer tokenizer = Tokenizers.open(smaller)) {
      assertThat(tokenizer.vocabularySize()).isEqualTo(269);
      int[] the = tokenizer.encode(" the", false);
      assertThat(the).hasSize(1);
      assertThat(tokenizer.encode(" sky", false)).hasSize(4);
      assertThat(tokenizer.encode("<|im_end|>", false)).containsExactly(2);
    }
  }

  @Test
  void roundTripsTextsAndTokenisesThemTheSameAgain() {
    REDUCTION.write(larger, smaller);
    try (Tokenizer tokenizer = Tokenizers.open(smaller)) {
      for (String text :
          List.of("The other one, in the rain.", "naïve 🙂\n\n\t x", "<|im_start|>a")) {
        int[] ids = tokenizer.encode(text, false);
        String back = tokenizer.decode(ids, true);
        assertThat(back).isEqualTo(text);
        assertThat(tokenizer.encode(back, false)).isEqualTo(ids);
      }
    }
  }

  @Test
  void carriesTheChatTemplate() {
    REDUCTION.write(larger, smaller);
    String text =
        ChatTemplate.open(smaller)
            .orElseThrow()
            .render(List.of(new ChatMessage("user", "hi")), true)
            .text();
    assertThat(text).isEqualTo("<|im_start|>user\nhi<|im_end|>\n<|im_start|>assistant\n");
  }

  @Test
  void refusesMoreMergesThanThereAre() {
    TokenizerReduction tooMany =
        new TokenizerReduction(1000, List.of("<|im_end|>"), "<|im_end|>", "");
    assertThatThrownBy(() -> tooMany.write(larger, smaller))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("merges: 1000 (expected: at most ");
  }
}
