package dev.panda.reward.workshop.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.panda.transformer.reward.Clip;
import dev.panda.transformer.reward.Pooling;
import dev.panda.transformer.reward.RewardHead;
import dev.panda.transformer.workshop.training.TrainingException;
import java.util.List;
import org.junit.jupiter.api.Test;

class RewardScaleTest {
  private static final RewardHead HEAD = new RewardHead(new float[] {1}, 1);

  /** Terms 1, 3 and 5, 11 with the bias. */
  private static final List<float[]> RESPONSES = List.of(new float[] {0, 2}, new float[] {4, 10});

  @Test
  void meanIsCalibratedOnWholeResponses() {
    RewardScale scale = RewardScale.of(1, Pooling.MEAN, HEAD, 0, RESPONSES);

    assertThat(scale.readout().clip()).isEmpty();
    assertThat(scale.calibration().mean()).isCloseTo(5, within(1e-9)); // of 2 and 8
    assertThat(scale.calibration().standardDeviation()).isCloseTo(3, within(1e-9));
  }

  @Test
  void incrementIsCalibratedOnTokens() {
    RewardScale scale = RewardScale.of(1, Pooling.INCREMENT, HEAD, 0, RESPONSES);

    assertThat(scale.calibration().mean()).isCloseTo(5, within(1e-9));
    assertThat(scale.calibration().standardDeviation())
        .isCloseTo(Math.sqrt((16 + 4 + 0 + 36) / 4.0), within(1e-9));
  }

  @Test
  void lastIsCalibratedOnLastTokensAndNeverClipped() {
    RewardScale scale = RewardScale.of(1, Pooling.LAST, HEAD, 0.5, RESPONSES);

    assertThat(scale.readout().clip()).isEmpty();
    assertThat(scale.calibration().mean()).isCloseTo(7, within(1e-9)); // of 3 and 11
  }

  @Test
  void clipsTermsAtTheirQuantilesBeforeItCalibrates() {
    RewardScale scale = RewardScale.of(1, Pooling.MEAN, HEAD, 2.0 / 3, RESPONSES);

    assertThat(scale.readout().clip()).contains(new Clip(3, 5));
    assertThat(scale.calibration().mean()).isCloseTo(4, within(1e-9)); // of 3 and 5
    assertThat(scale.calibration().standardDeviation()).isCloseTo(1, within(1e-9));
  }

  @Test
  void refusesRewardsWithoutSpread() {
    assertThatThrownBy(() -> RewardScale.of(1, Pooling.MEAN, HEAD, 0, List.of(new float[] {1, 1})))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("expected: different rewards");
  }
}
