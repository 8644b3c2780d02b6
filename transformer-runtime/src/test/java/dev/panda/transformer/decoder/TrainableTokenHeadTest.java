package dev.panda.transformer.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Percentage.withPercentage;

import dev.panda.transformer.checkpoint.Checkpoint;
import dev.panda.transformer.checkpoint.Checkpoints;
import dev.panda.transformer.checkpoint.ModelConfig;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TrainableTokenHeadTest {
  private static final int WIDTH = 32;
  private static final int STEPS = 256;

  private final Random random = new Random(4);
  private final float[] a = normal(2 * WIDTH);
  private final float[] b = normal(2 * WIDTH);
  private final float[] u = normal(WIDTH);
  private final float[] v = normal(WIDTH);

  private float[] normal(int size) {
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  /** Random states and embeddings, with the values of the given form as targets. */
  private TokenHeadBatch batch(TrainableTokenHead.Parts parts) {
    float[][] states = new float[STEPS][];
    float[][] embeddings = new float[STEPS][];
    float[] targets = new float[STEPS];
    for (int step = 0; step < STEPS; step++) {
      states[step] = normal(WIDTH);
      embeddings[step] = normal(WIDTH);
      targets[step] = (float) estimate(parts, states[step], embeddings[step]);
    }
    return new TokenHeadBatch(states, embeddings, targets);
  }

  private static double estimate(TrainableTokenHead.Parts parts, float[] h, float[] e) {
    double sum = parts.c() + dot(parts.u(), 0, h) + dot(parts.v(), 0, e);
    for (int i = 0; i < parts.a().length / WIDTH; i++) {
      sum += dot(parts.a(), i * WIDTH, h) * dot(parts.b(), i * WIDTH, e);
    }
    return sum;
  }

  private static double dot(float[] x, int from, float[] y) {
    double sum = 0;
    for (int i = 0; i < y.length; i++) {
      sum += x[from + i] * y[i];
    }
    return sum;
  }

  private static ModelConfig config() throws Exception {
    try (Checkpoint checkpoint =
        Checkpoints.open(
            Path.of(TrainableTokenHeadTest.class.getResource("/golden/tiny-llama").toURI()))) {
      return checkpoint.config();
    }
  }

  @Test
  void itsLossFollowsFromItsParts() throws Exception {
    TokenHeadBatch batch = batch(new TrainableTokenHead.Parts(a, b, u, v, 0.5f));
    try (TrainableTokenHead head = new TrainableTokenHead(config(), 3, 1, "cpu", 1)) {
      head.learn(batch, 1, new UpdateStep(0.05, 0, 1));
      TrainableTokenHead.Parts parts = head.parts();

      assertThat(head.learn(batch, 2, new UpdateStep(0.05, 0, 1)))
          .isCloseTo(loss(parts, batch), withPercentage(0.01));
    }
  }

  private static double loss(TrainableTokenHead.Parts parts, TokenHeadBatch batch) {
    double sum = 0;
    for (int step = 0; step < STEPS; step++) {
      double error =
          estimate(parts, batch.states()[step], batch.embeddings()[step]) - batch.targets()[step];
      sum += error * error / STEPS;
    }
    return sum;
  }

  @Test
  void learnsAFormOfItsRank() throws Exception {
    TrainableTokenHead.Parts truth = new TrainableTokenHead.Parts(a, b, u, v, 0.5f);
    try (TrainableTokenHead head = new TrainableTokenHead(config(), 2, 1, "cpu", 1)) {
      double first = 0;
      double last = 0;
      for (int update = 1; update <= 600; update++) {
        last = head.learn(batch(truth), update, new UpdateStep(0.02, 0, 10));
        first = update == 1 ? last : first;
      }
      assertThat(last).isLessThan(first / 50);
    }
  }

  @Test
  void keepsNoArraysOverUpdates() throws Exception {
    TokenHeadBatch batch = batch(new TrainableTokenHead.Parts(a, b, u, v, 0));
    try (TrainableTokenHead head = new TrainableTokenHead(config(), 2, 1, "cpu", 1)) {
      head.learn(batch, 1, new UpdateStep(0.01, 0, 1));
      int live = head.liveArrays();
      for (int update = 2; update < 12; update++) {
        head.learn(batch, update, new UpdateStep(0.01, 0, 1));
      }
      assertThat(head.liveArrays()).isEqualTo(live);
    }
  }

  @Test
  void refusesUnevenSteps() {
    assertThatThrownBy(
            () ->
                new TokenHeadBatch(
                    new float[2][4], new float[][] {{1}, new float[4]}, new float[2]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("steps: uneven");
  }
}
