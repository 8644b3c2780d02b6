package dev.panda.transformer.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.panda.transformer.checkpoint.Checkpoint;
import dev.panda.transformer.checkpoint.Checkpoints;
import dev.panda.transformer.testing.TinyCheckpoint;
import dev.panda.transformer.testing.TinyTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A model must have an embedding for each token of its tokenizer, but for added ones. */
class EmbeddingsTest {
  @TempDir private Path folder;

  @BeforeEach
  void writeTokenizerWithAnImageToken() throws IOException {
    ObjectNode json = TinyTokenizer.json();
    json.withArray("added_tokens")
        .addObject()
        .put("id", TinyTokenizer.SIZE)
        .put("content", "<image>")
        .put("single_word", false)
        .put("lstrip", false)
        .put("rstrip", false)
        .put("normalized", false)
        .put("special", false);
    Files.writeString(folder.resolve("tokenizer.json"), json.toString());
  }

  @Test
  void anAddedTokenNeedsNone() {
    TinyCheckpoint.llama(1).vocabSize(TinyTokenizer.SIZE).write(folder);
    try (Checkpoint checkpoint = Checkpoints.open(folder);
        Tokenizer tokenizer = Tokenizers.open(checkpoint)) {
      assertThat(tokenizer.vocabularySize()).isEqualTo(TinyTokenizer.SIZE + 1);
      assertThat(tokenizer.ordinaryVocabularySize()).isEqualTo(TinyTokenizer.SIZE);
      assertThat(tokenizer.encode("a<image>", false)).endsWith(TinyTokenizer.SIZE);
    }
  }

  @Test
  void refusesATokenizerWithMoreOrdinaryTokens() {
    TinyCheckpoint.llama(1).vocabSize(TinyTokenizer.SIZE - 1).write(folder);
    try (Checkpoint checkpoint = Checkpoints.open(folder)) {
      assertThatThrownBy(() -> Tokenizers.open(checkpoint))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "%s: tokenizer with 286 tokens (expected: at most the model's 285, not counting added"
                  + " tokens; give the model an embedding for each token, or it another tokenizer)",
              folder);
    }
  }
}
