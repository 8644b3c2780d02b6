package dev.panda.transformer.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.panda.transformer.checkpoint.Checkpoint;
import dev.panda.transformer.checkpoint.Checkpoints;
import dev.panda.transformer.checkpoint.adapter.AdaptedCheckpoint;
import dev.panda.transformer.checkpoint.adapter.AdapterFolder;
import dev.panda.transformer.checkpoint.adapter.LowRankAdapter;
import dev.panda.transformer.checkpoint.safetensors.Safetensors;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Compares an adapter that PEFT wrote with the results of PEFT and transformers. */
class AdapterGoldenTest {
  private static final int WIDTH = 32;

  private static Path golden(String name) throws Exception {
    return Path.of(AdapterGoldenTest.class.getResource("/golden/" + name).toURI()).getParent();
  }

  private static JsonNode sequences() throws Exception {
    return new JsonMapper()
        .readTree(golden("tiny-llama-adapter/golden.json").resolve("golden.json").toFile())
        .get("sequences");
  }

  private static int[] ids(JsonNode sequence) {
    int[] ids = new int[sequence.get("ids").size()];
    Arrays.setAll(ids, i -> sequence.get("ids").get(i).intValue());
    return ids;
  }

  private static float[] head() throws Exception {
    Path folder = golden("tiny-llama-adapter/golden.json");
    try (Safetensors file = Safetensors.open(folder.resolve("head.safetensors"))) {
      return file.read("weight");
    }
  }

  private static LowRankAdapter adapter() throws Exception {
    return AdapterFolder.read(golden("tiny-llama-adapter/golden.json"));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void mergedItGivesThePythonStatesAndRewards(int layer) throws Exception {
    float[] head = head();
    try (Checkpoint base = Checkpoints.open(golden("tiny-llama/config.json"));
        Decoder decoder =
            Decoder.load(
                new AdaptedCheckpoint(base, adapter(), Path.of("adapter")),
                new DecoderOptions(
                    Numerics.FLOAT32,
                    "cpu",
                    1,
                    false,
                    List.of(new Projection(layer, head)),
                    128))) {
      for (JsonNode sequence : sequences()) {
        int[] ids = ids(sequence);
        int start = sequence.get("start").intValue();
        float[] pooled;
        try (Pooling pooling =
            decoder.pool(ids, start, new int[] {ids.length}, new int[] {layer})) {
          pooled = pooling.finish();
        }
        JsonNode state = sequence.get("last_hidden_states").get(String.valueOf(layer));
        double reward = 0;
        for (int i = 0; i < WIDTH; i++) {
          assertThat((double) pooled[i]).isCloseTo(state.get(i).doubleValue(), within(1e-4));
          reward += head[i] * pooled[WIDTH + i];
        }
        assertThat(reward)
            .isCloseTo(
                sequence.get("mean_rewards").get(String.valueOf(layer)).doubleValue(),
                within(1e-4));
      }
    }
  }

  @Test
  void trainingGivesThePythonRewards() throws Exception {
    float[] ones = new float[WIDTH];
    Arrays.fill(ones, 1);
    try (Checkpoint base = Checkpoints.open(golden("tiny-llama/config.json"));
        TrainableReward reward =
            TrainableReward.load(
                base,
                Optional.of(adapter()),
                new TrainableReward.Readout(2, head(), ones),
                "cpu",
                1)) {
      JsonNode first = sequences().get(1);
      JsonNode second = sequences().get(2);
      int tokens = ids(second).length;
      PreferenceBatch pair =
          new PreferenceBatch(
              new long[][] {padded(first, tokens), padded(second, tokens)},
              new float[][][] {{shares(first, tokens)}, {shares(second, tokens)}});
      double expected = mean(first) - mean(second);
      assertThat((double) reward.margins(pair)[0][0]).isCloseTo(expected, within(2e-4));
      assertThat(Math.abs(expected)).isGreaterThan(0.1);
    }
  }

  private static double mean(JsonNode sequence) {
    return sequence.get("mean_rewards").get("2").doubleValue();
  }

  private static long[] padded(JsonNode sequence, int tokens) {
    return Arrays.copyOf(Arrays.stream(ids(sequence)).asLongStream().toArray(), tokens);
  }

  private static float[] shares(JsonNode sequence, int tokens) {
    float[] shares = new float[tokens];
    int start = sequence.get("start").intValue();
    int end = sequence.get("ids").size();
    Arrays.fill(shares, start, end, 1f / (end - start));
    return shares;
  }
}
