package dev.panda.basemodel.serving.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.panda.transformer.checkpoint.HuggingFaceConfig;
import dev.panda.transformer.checkpoint.ModelConfig;
import dev.panda.transformer.testing.TinyCheckpoint;
import dev.panda.transformer.testing.TinyTokenizer;
import dev.panda.transformer.tokenizer.Tokenizer;
import dev.panda.transformer.tokenizer.Tokenizers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BaseModelLoaderTest {
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
        .put("special", true);
    Files.writeString(folder.resolve("tokenizer.json"), json.toString());
  }

  @Test
  void servesAModelWithoutAnEmbeddingForAnAddedToken() throws IOException {
    ModelConfig model = model(TinyTokenizer.SIZE);
    try (Tokenizer tokenizer = Tokenizers.open(folder)) {
      assertThat(tokenizer.vocabularySize()).isEqualTo(TinyTokenizer.SIZE + 1);
      assertThatCode(() -> BaseModelLoader.requireSameVocabulary(folder, model, tokenizer))
          .doesNotThrowAnyException();
    }
  }

  @Test
  void refusesAModelWithoutAnEmbeddingForAnOrdinaryToken() throws IOException {
    ModelConfig model = model(TinyTokenizer.SIZE - 1);
    try (Tokenizer tokenizer = Tokenizers.open(folder)) {
      assertThatThrownBy(() -> BaseModelLoader.requireSameVocabulary(folder, model, tokenizer))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "%s: tokenizer with 286 tokens (expected: at most the model's 285, not counting added"
                  + " tokens; give the model an embedding for each token, or it another tokenizer)",
              folder);
    }
  }

  private ModelConfig model(int vocabularySize) throws IOException {
    TinyCheckpoint.llama(1).vocabSize(vocabularySize).write(folder);
    return HuggingFaceConfig.read(folder);
  }
}
