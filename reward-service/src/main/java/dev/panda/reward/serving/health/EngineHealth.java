package dev.panda.reward.serving.health;

import dev.panda.answer.quarkus.ServingHealth;
import dev.panda.reward.serving.model.ServedRewards;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/** Makes the service's health depend on its engine. */
@Singleton
final class EngineHealth {
  void watch(@Observes StartupEvent started, ServedRewards rewards, ServingHealth health) {
    health.endWith("engine", rewards.engine().failure());
  }
}
