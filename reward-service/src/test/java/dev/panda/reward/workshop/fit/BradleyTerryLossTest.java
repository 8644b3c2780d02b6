package dev.panda.reward.workshop.fit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.panda.reward.workshop.evaluation.SparseBradleyTerryLoss;
import dev.panda.reward.workshop.evaluation.SparseRow;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BradleyTerryLossTest {

  static float[][] differences(Random random, int rows, int size) {
    float[][] differences = new float[rows][size];
    for (float[] row : differences) {
      for (int i = 0; i < size; i++) {
        row[i] = (float) random.nextGaussian();
      }
    }
    return differences;
  }

  @Test
  void equalsThePapersFormula() {
    float[][] differences = {{2}, {-1}};

    double value =
        new BradleyTerryLoss(differences, 1, 0.5).evaluate(new double[] {3}, new double[1]);

    double expected = (Math.log(1 + Math.exp(-6)) + Math.log(1 + Math.exp(3))) / 2 + 0.25 * 9;
    assertThat(value).isCloseTo(expected, within(1e-12));
  }

  @Test
  void staysFiniteAtExtremeMargins() {
    float[][] differences = {{1e30f}, {-1e30f}};

    double value =
        new BradleyTerryLoss(differences, 1, 1e-9).evaluate(new double[] {1}, new double[1]);

    assertThat(value).isFinite().isGreaterThan(1e29);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void gradientIsTheSlope(long seed) {
    Random random = new Random(seed);
    int size = 1 + random.nextInt(9);
    BradleyTerryLoss loss = new BradleyTerryLoss(differences(random, 20, size), size, 0.3);
    double[] point = random.doubles(size, -1, 1).toArray();
    double[] gradient = new double[size];
    loss.evaluate(point, gradient);

    for (int i = 0; i < size; i++) {
      double[] above = point.clone();
      double[] below = point.clone();
      above[i] += 1e-5;
      below[i] -= 1e-5;
      double slope =
          (loss.evaluate(above, new double[size]) - loss.evaluate(below, new double[size])) / 2e-5;
      assertThat(gradient[i]).isCloseTo(slope, within(1e-7));
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void sparseRowsGiveTheSame(long seed) {
    Random random = new Random(seed);
    int size = 12;
    float[][] chosen = sparse(random, size);
    float[][] rejected = sparse(random, size);
    float[][] dense = new float[chosen.length][size];
    List<SparseRow> rows = new ArrayList<>();
    for (int row = 0; row < dense.length; row++) {
      for (int i = 0; i < size; i++) {
        dense[row][i] = chosen[row][i] - rejected[row][i];
      }
      rows.add(row(chosen[row]).minus(row(rejected[row])));
    }
    double[] point = random.doubles(size, -1, 1).toArray();
    double[] gradient = new double[size];
    double[] sparseGradient = new double[size];

    double value = new BradleyTerryLoss(dense, size, 0.1).evaluate(point, gradient);

    assertThat(new SparseBradleyTerryLoss(rows, size, 0.1).evaluate(point, sparseGradient))
        .isCloseTo(value, within(1e-6));
    assertThat(sparseGradient).containsExactly(gradient, within(1e-6));
  }

  private static float[][] sparse(Random random, int size) {
    float[][] rows = differences(random, 15, size);
    for (float[] row : rows) {
      for (int i = 0; i < size; i++) {
        row[i] = random.nextInt(3) == 0 ? row[i] : 0;
      }
    }
    return rows;
  }

  private static SparseRow row(float[] dense) {
    int[] indices = new int[dense.length];
    float[] values = new float[dense.length];
    int n = 0;
    for (int i = 0; i < dense.length; i++) {
      if (dense[i] != 0) {
        indices[n] = i;
        values[n++] = dense[i];
      }
    }
    return new SparseRow(Arrays.copyOf(indices, n), Arrays.copyOf(values, n));
  }
}
