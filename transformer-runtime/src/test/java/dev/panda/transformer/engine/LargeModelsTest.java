package dev.panda.transformer.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.panda.transformer.checkpoint.Checkpoint;
import dev.panda.transformer.checkpoint.Checkpoints;
import dev.panda.transformer.decoder.NextTokens;
import dev.panda.transformer.decoder.Numerics;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Loads checkpoints with the shapes of Llama 3 8B under the services' heap of a gigabyte, and
 * compares them with Hugging Face transformers in float32. Needs folders of {@code
 * golden_large.py}: the environment variable {@code PANDA_LARGE} names the folder that holds them.
 */
class LargeModelsTest {
  private static final int CONSIDERED = 40;

  /**
   * @param tolerance largest difference of a log-probability
   * @param sameBest least share of positions with the same likeliest token
   */
  @ParameterizedTest
  @CsvSource({"FLOAT16, 0.02, 1", "INT4, 1.5, 0.5"})
  void loadsAndGivesTransformersLikeliestTokens(
      Numerics numerics, double tolerance, double sameBest) throws Exception {
    String large = System.getenv("PANDA_LARGE");
    if (large == null) {
      System.err.println(
          "*** NOT RUN: checkpoints with the shapes of Llama 3 8B. Set PANDA_LARGE to the folder"
              + " that holds what golden_large.py wrote. ***");
    }
    Assumptions.assumeTrue(large != null, "PANDA_LARGE is not set");
    try (Stream<Path> folders = Files.list(Path.of(large))) {
      for (Path folder : folders.sorted().toList()) {
        compare(folder, numerics, tolerance, sameBest);
      }
    }
  }

  private static void compare(Path folder, Numerics numerics, double tolerance, double sameBest)
      throws Exception {
    JsonNode golden = new ObjectMapper().readTree(folder.resolve("golden.json").toFile());
    EngineOptions options =
        new EngineOptions(numerics, "cpu", 2, true, List.of(), 256, 256, Duration.ZERO);
    int positions = 0;
    int same = 0;
    double largest = 0;
    long start = System.nanoTime();
    try (Checkpoint checkpoint = Checkpoints.open(folder);
        Engine engine = Engine.load(checkpoint, options)) {
      double seconds = (System.nanoTime() - start) / 1e9;
      for (JsonNode one : golden.get("cases")) {
        int[] ids = GoldenPositions.integers(one.get("ids"));
        List<NextTokens> next = GoldenPositions.nextTokens(engine, ids, CONSIDERED);
        for (int position = 0; position < ids.length; position++) {
          NextTokens actual = next.get(position);
          int best = one.get("top_ids").get(position).get(0).asInt();
          double expected = one.get("log_probabilities").get(position).get(0).asDouble();
          int rank = IntStream.of(actual.ids()).boxed().toList().indexOf(best);
          assertThat(rank).as("rank of the likeliest token").isNotNegative();
          largest = Math.max(largest, Math.abs(actual.logProbabilities()[rank] - expected));
          same += rank == 0 ? 1 : 0;
          positions++;
        }
      }
      System.out.printf(
          "%s: %s in %.1f s; %d of %d likeliest tokens the same, largest difference %.1e%n",
          folder.getFileName(), numerics, seconds, same, positions, largest);
    }
    assertThat(largest).isLessThan(tolerance);
    assertThat((double) same / positions).isGreaterThanOrEqualTo(sameBest);
  }
}
