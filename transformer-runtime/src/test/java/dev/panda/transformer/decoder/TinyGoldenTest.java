package dev.panda.transformer.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.panda.transformer.checkpoint.Checkpoint;
import dev.panda.transformer.checkpoint.Checkpoints;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Compares forward passes of tiny random checkpoints with Hugging Face transformers in float32. */
class TinyGoldenTest {
  private static final double TOLERANCE = 2e-5;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "tiny-llama",
        "tiny-qwen2",
        "tiny-mistral",
        "tiny-llama3-rope",
        "tiny-linear-rope",
        "tiny-yarn-rope",
        "tiny-qwen3",
        "tiny-qwen3/model.gguf",
        "tiny-gemma3",
        "tiny-gemma3/model.gguf",
        "tiny-phi3",
        "tiny-phi3/model.gguf",
        "tiny-smollm3",
        "tiny-smollm3/model.gguf"
      })
  void computesWhatTransformersComputes(String name) throws Exception {
    Path path = Path.of(TinyGoldenTest.class.getResource("/golden/" + name).toURI());
    Path folder = Files.isDirectory(path) ? path : path.getParent();
    JsonNode golden = new ObjectMapper().readTree(folder.resolve("golden.json").toFile());
    try (Checkpoint checkpoint = Checkpoints.open(path);
        Decoder decoder =
            Decoder.load(
                checkpoint, new DecoderOptions(Numerics.FLOAT32, "cpu", 1, true, List.of(), 256))) {
      for (JsonNode sequence : golden.get("sequences")) {
        compare(decoder, sequence);
      }
      if (golden.has("greedy")) {
        compareGreedy(decoder, golden.get("greedy"));
      }
    }
  }

  private static void compareGreedy(Decoder decoder, JsonNode greedy) {
    int[] prompt = integers(greedy.get("prompt"));
    int[] tokens = integers(greedy.get("tokens"));
    try (KvCache cache = decoder.newCache(prompt.length + tokens.length)) {
      int past = 0;
      int[] accepted = prompt;
      for (int i = 0; i < tokens.length; i++) {
        StepInput input = new StepInput(cache, past, accepted, new int[0], true);
        NextTokens next = decoder.step(List.of(input), 10).get(0).next().get(0);
        assertThat(next.ids()[0]).as("greedy token %d", i).isEqualTo(tokens[i]);
        JsonNode likeliest = greedy.get("likeliest").get(Integer.toString(i));
        for (int k = 0; likeliest != null && k < 10; k++) {
          assertThat(next.ids()[k]).isEqualTo(likeliest.get("ids").get(k).asInt());
          assertThat((double) next.logProbabilities()[k])
              .isCloseTo(likeliest.get("log_probabilities").get(k).asDouble(), within(1e-4));
        }
        past += accepted.length;
        accepted = new int[] {tokens[i]};
      }
    }
  }

  private static void compare(Decoder decoder, JsonNode sequence) throws IOException {
    int[] ids = integers(sequence.get("ids"));
    for (Map.Entry<String, JsonNode> entry : sequence.get("logits").properties()) {
      int position = Integer.parseInt(entry.getKey());
      float[] logits = logits(decoder, Arrays.copyOf(ids, position + 1));
      JsonNode expected = entry.getValue();
      for (int id = 0; id < logits.length; id++) {
        assertThat((double) logits[id])
            .as("logit of %d at %d", id, position)
            .isCloseTo(expected.get(id).asDouble(), within(TOLERANCE));
      }
    }
    JsonNode states = sequence.get("last_hidden_states");
    for (int layer = 1; layer <= decoder.config().numHiddenLayers(); layer++) {
      float[] pooled;
      try (Pooling pooling =
          decoder.pool(ids, ids.length - 1, new int[] {ids.length}, new int[] {layer})) {
        pooled = pooling.finish();
      }
      for (int i = 0; i < decoder.config().hiddenSize(); i++) {
        assertThat((double) pooled[i])
            .as("state after layer %d", layer)
            .isCloseTo(states.get(Integer.toString(layer)).get(i).asDouble(), within(TOLERANCE));
      }
    }
  }

  private static float[] logits(Decoder decoder, int[] ids) {
    int vocabulary = decoder.config().vocabSize();
    try (KvCache cache = decoder.newCache(ids.length)) {
      NextTokens next =
          decoder
              .step(List.of(new StepInput(cache, 0, ids, new int[0], true)), vocabulary)
              .get(0)
              .next()
              .get(0);
      float[] logits = new float[vocabulary];
      for (int i = 0; i < vocabulary; i++) {
        logits[next.ids()[i]] = next.logits()[i];
      }
      return logits;
    }
  }

  private static int[] integers(JsonNode array) {
    int[] values = new int[array.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = array.get(i).asInt();
    }
    return values;
  }
}
