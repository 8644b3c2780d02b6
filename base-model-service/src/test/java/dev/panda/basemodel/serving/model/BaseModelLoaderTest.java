package dev.panda.basemodel.serving.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.panda.basemodel.testing.BaseModelConfigs;
import dev.panda.basemodel.testing.TinyModel;
import dev.panda.transformer.testing.TinyCheckpoint;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BaseModelLoaderTest {
  @TempDir private Path folder;

  @BeforeEach
  void write() throws IOException {
    TinyModel.write(folder);
  }

  @Test
  void loadsAModel() {
    try (BaseModel model = load(Map.of())) {
      assertThat(model.description().vocabularySize()).isEqualTo(TinyModel.VOCABULARY);
    }
  }

  @Test
  void refusesATokenizerLargerThanTheModel() {
    TinyCheckpoint.llama(1).vocabSize(TinyModel.VOCABULARY - 1).write(folder);
    assertThatThrownBy(() -> load(Map.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(
            folder + ": tokenizer with 259 tokens (expected: at most the model's 258");
  }

  @Test
  void refusesACacheLargerThanTheMachine() {
    TinyCheckpoint.llama(1).vocabSize(TinyModel.VOCABULARY).heads(64, 64, 256).write(folder);
    assertThatThrownBy(() -> load(Map.of("cache-tokens", "2147483647")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("for 2147483647 tokens take ");
  }

  private BaseModel load(Map<String, String> more) {
    Map<String, String> keys = new HashMap<>(more);
    keys.put("model", folder.toString());
    keys.put("panda.home", folder.toString());
    keys.put("numerics", "float32");
    return new BaseModelLoader(BaseModelConfigs.read(keys), Runnable::run).load();
  }
}
