package dev.panda.basemodel.serving.health;

import dev.panda.answer.quarkus.EngineHealth;
import dev.panda.basemodel.serving.model.BaseModel;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.Liveness;

@Liveness
@Singleton
final class BaseModelHealth extends EngineHealth {
  @Inject
  BaseModelHealth(BaseModel model) {
    super(model.engine().failure());
  }
}
