package dev.panda.transformer.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.panda.transformer.chat.ChatMessage;
import dev.panda.transformer.chat.ChatTemplate;
import dev.panda.transformer.checkpoint.Checkpoint;
import dev.panda.transformer.checkpoint.Checkpoints;
import dev.panda.transformer.decoder.Numerics;
import dev.panda.transformer.tokenizer.Tokenizer;
import dev.panda.transformer.tokenizer.Tokenizers;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Compares real GGUF models with Hugging Face transformers on the same files, in float32 ({@code
 * golden_gguf.py}). Needs the files: the environment variable {@code PANDA_MODELS} names their
 * folder. A model whose file is not there is left out.
 */
class RealModelsTest {

  @ParameterizedTest
  @ValueSource(strings = {"qwen0.5b", "qwen1.5b", "gemma270m"})
  void givesTransformersLogProbabilitiesAndGreedyTokens(String name) throws Exception {
    Path model = model(name);
    EngineOptions options =
        new EngineOptions(Numerics.FLOAT32, "cpu", 2, true, List.of(), 1024, 256, Duration.ZERO);
    try (Checkpoint checkpoint = Checkpoints.open(model);
        Engine engine = Engine.load(checkpoint, options)) {
      GoldenPositions.Compared compared = GoldenPositions.check(engine, golden(name).get("cases"));
      System.out.println(name + ": " + compared);
      assertThat(compared.positions()).isGreaterThanOrEqualTo(3 * 23);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"qwen0.5b", "qwen1.5b", "gemma270m"})
  void encodesTextsAndConversationsAsTransformers(String name) throws Exception {
    Path model = model(name);
    JsonNode golden = golden(name);
    Optional<ChatTemplate> template = ChatTemplate.open(model);
    assertThat(template.isPresent()).isEqualTo(golden.get("chat").asBoolean());
    try (Tokenizer tokenizer = Tokenizers.open(model)) {
      for (JsonNode one : golden.get("tokens")) {
        String text = one.get("text").asText();
        int[] ids = GoldenPositions.integers(one.get("ids"));
        assertThat(tokenizer.encode(text, false)).as(text).isEqualTo(ids);
      }
      for (JsonNode one : golden.get("cases")) {
        List<ChatMessage> messages = new ArrayList<>();
        for (JsonNode message : one.get("messages")) {
          messages.add(
              new ChatMessage(message.get("role").asText(), message.get("content").asText()));
        }
        int[] ids =
            template.isPresent()
                ? tokenizer.encode(template.get().render(messages, true))
                : tokenizer.encode(messages.get(messages.size() - 1).content(), true);
        assertThat(ids).isEqualTo(GoldenPositions.integers(one.get("prompt_ids")));
      }
    }
  }

  private static Path model(String name) {
    String folder = System.getenv("PANDA_MODELS");
    Path file = Path.of(folder == null ? "" : folder, name + ".gguf");
    boolean here =
        folder != null
            && Files.exists(file)
            && RealModelsTest.class.getResource("/golden/gguf/" + name + ".json") != null;
    if (!here) {
      System.err.printf(
          "*** NOT RUN: the comparison of %s with transformers. Set PANDA_MODELS to the folder of"
              + " %s.gguf, and make golden/gguf/%s.json. ***%n",
          name, name, name);
    }
    Assumptions.assumeTrue(here, file + " or its golden file is not there");
    return file;
  }

  private static JsonNode golden(String name) throws IOException {
    try (InputStream json =
        RealModelsTest.class.getResourceAsStream("/golden/gguf/" + name + ".json")) {
      return new ObjectMapper().readTree(json);
    }
  }
}
