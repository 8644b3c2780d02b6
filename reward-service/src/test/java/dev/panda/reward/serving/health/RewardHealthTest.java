package dev.panda.reward.serving.health;

import static org.assertj.core.api.Assertions.assertThat;

import org.eclipse.microprofile.health.Liveness;
import org.junit.jupiter.api.Test;

class RewardHealthTest {
  @Test
  void isALivenessCheck() {
    assertThat(RewardHealth.class).hasAnnotation(Liveness.class);
  }
}
