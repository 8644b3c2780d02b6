package dev.panda.reward.workshop.fit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LbfgsTest {
  private static final Lbfgs SOLVER = new Lbfgs(500, 1e-9);

  /** ½ xᵀ A x − b · x, whose minimiser solves A x = b. */
  private record Quadratic(double[][] a, double[] b) implements Objective {
    @Override
    public int size() {
      return b.length;
    }

    @Override
    public double evaluate(double[] x, double[] gradient) {
      double value = 0;
      for (int i = 0; i < b.length; i++) {
        double ax = 0;
        for (int j = 0; j < b.length; j++) {
          ax += a[i][j] * x[j];
        }
        gradient[i] = ax - b[i];
        value += x[i] * (ax / 2 - b[i]);
      }
      return value;
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void solvesRandomLinearSystems(long seed) {
    Random random = new Random(seed);
    int n = 2 + random.nextInt(20);
    double[][] m = new double[n][n];
    double[] solution = new double[n];
    for (int i = 0; i < n; i++) {
      solution[i] = random.nextGaussian();
      for (int j = 0; j < n; j++) {
        m[i][j] = random.nextGaussian();
      }
    }
    double[][] a = new double[n][n];
    double[] b = new double[n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        for (int k = 0; k < n; k++) {
          a[i][j] += m[k][i] * m[k][j];
        }
        a[i][j] += i == j ? 1 : 0;
        b[i] += a[i][j] * solution[j];
      }
    }

    assertThat(SOLVER.minimise(new Quadratic(a, b), new double[n]))
        .containsExactly(solution, within(1e-6));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void endsAtAFlatPointFromAnyStart(long seed) {
    Random random = new Random(seed);
    float[][] differences = BradleyTerryLossTest.differences(random, 40, 7);
    BradleyTerryLoss loss = new BradleyTerryLoss(differences, 7, 0.1);
    double[] gradient = new double[7];

    double[] found = SOLVER.minimise(loss, new double[7]);
    loss.evaluate(found, gradient);

    assertThat(gradient).containsExactly(new double[7], within(1e-8));
    double[] elsewhere = random.doubles(7, -5, 5).toArray();
    assertThat(SOLVER.minimise(loss, elsewhere)).containsExactly(found, within(1e-6));
  }
}
