package dev.panda.reward.workshop.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.panda.reward.workshop.fit.BradleyTerryLoss;
import dev.panda.transformer.reward.RewardHead;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StandardisationTest {

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void foldedIntoTheHeadGivesTheSameRewards(long seed) {
    Random random = new Random(seed);
    PairFeatures features = features(random, 25, 6);
    Standardisation standardisation = Standardisation.of(features);
    double[] v = random.doubles(6, -2, 2).toArray();

    RewardHead head = standardisation.fold(v);

    for (float[] h : features.chosen()) {
      double unfolded =
          IntStream.range(0, 6)
              .mapToDouble(
                  i -> v[i] * (h[i] - standardisation.mean()[i]) / standardisation.deviation()[i])
              .sum();
      assertThat(reward(head, h)).isCloseTo(unfolded, within(1e-4));
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2})
  void differencesGiveTheFoldedHeadsMargins(long seed) {
    Random random = new Random(seed);
    PairFeatures features = features(random, 25, 6);
    Standardisation standardisation = Standardisation.of(features);
    double[] v = random.doubles(6, -2, 2).toArray();
    RewardHead head = standardisation.fold(v);

    float[][] differences = standardisation.differences(features);

    for (int row = 0; row < differences.length; row++) {
      double margin = reward(head, features.chosen()[row]) - reward(head, features.rejected()[row]);
      assertThat(BradleyTerryLoss.dot(v, differences[row])).isCloseTo(margin, within(1e-4));
    }
  }

  @Test
  void leavesAFeatureThatNeverVaries() {
    List<float[]> rows = Collections.nCopies(100_000, new float[] {0.1f, 0, 5.3f});

    Standardisation standardisation = Standardisation.of(rows);

    assertThat(standardisation.mean()).containsExactly(0.1f, 0, 5.3f);
    assertThat(standardisation.deviation()).containsExactly(1, 1, 1);
  }

  private static double reward(RewardHead head, float[] h) {
    double reward = head.bias();
    for (int i = 0; i < h.length; i++) {
      reward += (double) head.weight()[i] * h[i];
    }
    return reward;
  }

  private static PairFeatures features(Random random, int rows, int size) {
    float[][][] sides = new float[2][rows][size];
    for (float[][] side : sides) {
      for (float[] row : side) {
        for (int i = 0; i < size; i++) {
          row[i] = (float) (i * 3 + (i + 0.5) * random.nextGaussian());
        }
      }
    }
    return new PairFeatures(sides[0], sides[1]);
  }
}
