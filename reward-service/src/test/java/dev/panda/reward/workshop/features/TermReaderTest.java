package dev.panda.reward.workshop.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.panda.reward.workshop.pairs.ResponseTokens;
import dev.panda.transformer.reward.Pooling;
import dev.panda.transformer.reward.RewardModel;
import dev.panda.transformer.testing.TinyModels;
import dev.panda.transformer.workshop.training.TrainingException;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TermReaderTest {
  private static final RewardModel MODEL =
      TinyModels.random("wit", "letters", TinyModels.readout(1, Pooling.MEAN), 4);
  private static final ResponseTokens RESPONSE =
      new ResponseTokens(new int[] {7, 1, 2, 3}, 1, false);

  @Test
  void rewardsWholeAndCutAreReadFromTheSameTerms() {
    float[] rewards = TermReader.rewards(MODEL, RESPONSE, new float[] {3, 6, 9});

    assertThat(rewards).hasSize(RESPONSE.ends().length);
    assertThat(rewards[0]).isEqualTo(6 + MODEL.head().bias());
    assertThat(rewards[rewards.length - 1]).isEqualTo(3 + MODEL.head().bias());
  }

  @Test
  void reportsARewardThatIsNotFiniteWithARemedy() {
    assertThatThrownBy(
            () -> TermReader.rewards(MODEL, RESPONSE, new float[] {1, Float.POSITIVE_INFINITY, 1}))
        .isInstanceOfSatisfying(
            TrainingException.class,
            failure ->
                assertThat(failure.remedy()).isEqualTo(Optional.of("Try --numerics float32.")))
        .hasMessageContaining("wit");
  }
}
