package dev.panda.transformer.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.panda.transformer.checkpoint.Checkpoint;
import dev.panda.transformer.checkpoint.Checkpoints;
import java.io.IOException;
import java.net.URISyntaxException;
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
        "tiny-yarn-rope"
      })
  void computesWhatTransformersComputes(String name) throws Exception {
    Path folder = folder(name);
    JsonNode golden = new ObjectMapper().readTree(folder.resolve("golden.json").toFile());
    try (Checkpoint checkpoint = Checkpoints.open(folder);
        Decoder decoder =
            Decoder.load(
                checkpoint, new DecoderOptions(Numerics.FLOAT32, "cpu", 1, true, List.of(), 256))) {
      for (JsonNode sequence : golden.get("sequences")) {
        compare(decoder, sequence);
      }
    }
  }

  private static Path folder(String name) throws URISyntaxException {
    return Path.of(TinyGoldenTest.class.getResource("/golden/" + name + "/golden.json").toURI())
        .getParent();
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
