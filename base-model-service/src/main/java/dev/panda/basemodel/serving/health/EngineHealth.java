package dev.panda.basemodel.serving.health;

import dev.panda.answer.quarkus.ServingHealth;
import dev.panda.basemodel.serving.model.BaseModel;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/** Makes the service's health depend on its engine. */
@Singleton
final class EngineHealth {
  void watch(@Observes StartupEvent started, BaseModel model, ServingHealth health) {
    health.endWith("engine", model.engine().failure());
  }
}
