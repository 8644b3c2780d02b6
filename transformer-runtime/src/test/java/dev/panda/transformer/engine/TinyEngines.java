package dev.panda.transformer.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.panda.transformer.checkpoint.Checkpoint;
import dev.panda.transformer.checkpoint.Checkpoints;
import dev.panda.transformer.decoder.Decoder;
import dev.panda.transformer.decoder.Numerics;
import dev.panda.transformer.decoder.Projection;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

/** Engines of the golden checkpoints in float32, and what their results are compared with. */
final class TinyEngines {
  static final float TOLERANCE = 1e-4f;

  private TinyEngines() {}

  /**
   * Loads an engine.
   *
   * @param layers of its projections
   */
  static Engine load(String name, int... layers) throws Exception {
    try (Checkpoint checkpoint = open(name)) {
      return Engine.load(checkpoint, options(checkpoint, layers));
    }
  }

  /** The passes of an engine without projections; their poolings wait. */
  static WatchedPasses watched(String name) throws Exception {
    try (Checkpoint checkpoint = open(name)) {
      return new WatchedPasses(Decoder.load(checkpoint, options(checkpoint).decoderOptions()));
    }
  }

  static Engine load(WatchedPasses passes, String name) throws Exception {
    try (Checkpoint checkpoint = open(name)) {
      EngineOptions options = options(checkpoint);
      return new Engine(() -> passes, options);
    }
  }

  private static Checkpoint open(String name) throws Exception {
    return Checkpoints.open(Path.of(TinyEngines.class.getResource("/golden/" + name).toURI()));
  }

  private static EngineOptions options(Checkpoint checkpoint, int... layers) {
    float[] weights = new float[checkpoint.config().hiddenSize()];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = (float) Math.sin(i + 1);
    }
    List<Projection> projections =
        IntStream.of(layers).mapToObj(layer -> new Projection(layer, weights)).toList();
    return new EngineOptions(
        Numerics.FLOAT32, "cpu", 2, true, projections, 2000, 64, Duration.ofSeconds(10));
  }

  static void assertRows(float[][] actual, float[][] expected) {
    assertThat(actual).hasNumberOfRows(expected.length);
    for (int row = 0; row < expected.length; row++) {
      assertThat(actual[row]).containsExactly(expected[row], within(TOLERANCE));
    }
  }
}
