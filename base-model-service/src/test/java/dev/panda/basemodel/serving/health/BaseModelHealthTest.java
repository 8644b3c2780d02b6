package dev.panda.basemodel.serving.health;

import static org.assertj.core.api.Assertions.assertThat;

import org.eclipse.microprofile.health.Liveness;
import org.junit.jupiter.api.Test;

class BaseModelHealthTest {
  @Test
  void isALivenessCheck() {
    assertThat(BaseModelHealth.class).hasAnnotation(Liveness.class);
  }
}
