package dev.panda.reward.serving.health;

import dev.panda.answer.quarkus.EngineHealth;
import dev.panda.reward.serving.model.ServedRewards;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.Liveness;

@Liveness
@Singleton
final class RewardHealth extends EngineHealth {
  @Inject
  RewardHealth(ServedRewards rewards) {
    super(rewards.engine().failure());
  }
}
