package dev.panda.reward.workshop.distillation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.panda.reward.workshop.batch.BatchProgress;
import dev.panda.transformer.checkpoint.Checkpoint;
import dev.panda.transformer.checkpoint.Checkpoints;
import dev.panda.transformer.checkpoint.ModelConfig;
import dev.panda.transformer.reward.TokenHead;
import dev.panda.transformer.testing.TinyCheckpoint;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenHeadFitTest {
  private static final int SIZE = 32;
  private static final int VOCABULARY = 40;
  private static final int RANK = 4;

  private final Random random = new Random(7);

  /** Vectors like hidden states: far from 0, with a different spread in each dimension. */
  private final float[] mean = numbers(SIZE, 5);

  private final float[] spread = spread();
  private final float[] embeddings = numbers(VOCABULARY * SIZE, 0.1);
  private final float[] a = numbers(RANK * SIZE, 1);
  private final float[] b = numbers(RANK * SIZE, 10);
  private final float[] u = numbers(SIZE, 0.5);
  private final float[] v = numbers(SIZE, 20);

  @TempDir private Path folder;

  @Test
  void findsABilinearFormInTheUnitsOfStatesTokensAndProjections() {
    List<CandidateStep> others = new ArrayList<>();
    int[] all = IntStream.range(0, VOCABULARY).toArray();
    for (int i = 0; i < 200; i++) {
      float[] state = state();
      float[] projections = new float[VOCABULARY];
      for (int z : all) {
        projections[z] = projection(state, z);
      }
      others.add(new CandidateStep(new float[][] {{}, state}, all, projections));
    }

    TokenHead head = fit();

    Agreement agreement =
        Agreement.of(others, step -> head.projections(step.states()[1], step.candidates()));
    assertThat(agreement.explained()).isGreaterThan(0.95);
    assertThat(meanError(others, head)).isLessThan(0.2);
  }

  private TokenHead fit() {
    List<NextTokenStep> steps = new ArrayList<>();
    for (int i = 0; i < 4000; i++) {
      float[] state = state();
      int token = random.nextInt(VOCABULARY);
      steps.add(new NextTokenStep(new float[][] {{}, state}, token, projection(state, token)));
    }
    TokenHeadFit fit =
        new TokenHeadFit(
            config(),
            new Embeddings(embeddings, SIZE),
            new TokenHeadFit.Options(RANK, 60, 1e-2, 0, 3, "cpu", 1),
            steps,
            1);
    try (BatchProgress progress = BatchProgress.Display.NONE.start("fit", fit.updates())) {
      return fit.run(progress);
    }
  }

  /**
   * Mean difference of estimate and truth over all candidates, in standard deviations of the truth.
   */
  private static double meanError(List<CandidateStep> steps, TokenHead head) {
    double errors = 0;
    double sum = 0;
    double squares = 0;
    long count = 0;
    for (CandidateStep step : steps) {
      float[] estimates = head.projections(step.states()[1], step.candidates());
      for (int z = 0; z < estimates.length; z++) {
        errors += estimates[z] - step.projections()[z];
        sum += step.projections()[z];
        squares += step.projections()[z] * (double) step.projections()[z];
        count++;
      }
    }
    return Math.abs(errors / count) / Math.sqrt(squares / count - Math.pow(sum / count, 2));
  }

  private float projection(float[] state, int token) {
    double sum = 300;
    for (int r = 0; r < RANK; r++) {
      double readOfState = 0;
      double readOfToken = 0;
      for (int d = 0; d < SIZE; d++) {
        readOfState += a[r * SIZE + d] * (state[d] - mean[d]) / spread[d];
        readOfToken += b[r * SIZE + d] * embeddings[token * SIZE + d];
      }
      sum += readOfState * readOfToken;
    }
    for (int d = 0; d < SIZE; d++) {
      sum += u[d] * state[d] + v[d] * embeddings[token * SIZE + d];
    }
    return (float) sum;
  }

  private float[] state() {
    float[] state = new float[SIZE];
    for (int d = 0; d < SIZE; d++) {
      state[d] = (float) (mean[d] + spread[d] * random.nextGaussian());
    }
    return state;
  }

  private float[] numbers(int count, double deviation) {
    float[] numbers = new float[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = (float) (deviation * random.nextGaussian());
    }
    return numbers;
  }

  private float[] spread() {
    float[] spread = new float[SIZE];
    for (int d = 0; d < SIZE; d++) {
      spread[d] = (float) Math.exp(random.nextGaussian());
    }
    return spread;
  }

  private ModelConfig config() {
    try (Checkpoint checkpoint =
        Checkpoints.open(
            TinyCheckpoint.llama(1).vocabSize(VOCABULARY).hiddenSize(SIZE).write(folder))) {
      return checkpoint.config();
    }
  }
}
