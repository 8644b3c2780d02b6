package dev.panda.reward.workshop.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.panda.reward.workshop.training.AdaptationState.Measurement;
import org.junit.jupiter.api.Test;

class AdaptationStateTest {
  @Test
  void keepsTheMostAccurateAndOfEqualsTheLessSurprisedThenTheFirst() {
    AdaptationState state = AdaptationState.begin(new Measurement(0, 0.5, 0.8));
    assertThat(state.best().update()).isZero();
    assertThat(state.sinceBest()).isZero();

    state = state.measured(new Measurement(5, 0.1, 0.7));
    assertThat(state.best().update()).isZero();
    assertThat(state.sinceBest()).isEqualTo(1);

    state = state.measured(new Measurement(10, 0.4, 0.8));
    assertThat(state.best().update()).isEqualTo(10);
    assertThat(state.sinceBest()).isZero();

    state = state.measured(new Measurement(15, 0.4, 0.8));
    assertThat(state.best().update()).isEqualTo(10);
    assertThat(state.sinceBest()).isEqualTo(1);

    assertThat(state.measured(new Measurement(20, 9, 0.9)).best().update()).isEqualTo(20);
  }
}
