package dev.panda.orchestrator.serving.startup;

import dev.panda.orchestrator.serving.client.BaseModelClient;
import dev.panda.orchestrator.serving.client.RewardClient;
import dev.panda.orchestrator.serving.client.Timeouts;
import dev.panda.orchestrator.serving.config.OrchestratorConfig;
import dev.panda.orchestrator.serving.generation.Generator;
import dev.panda.orchestrator.serving.generation.Patience;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;

/** Makes the generator of the configured services, and closes their connections at the end. */
@Singleton
final class GeneratorLifecycle {
  private final OrchestratorConfig config;
  private final BaseModelClient base;
  private final List<RewardClient> rewards;

  @Inject
  GeneratorLifecycle(OrchestratorConfig config) {
    this.config = config;
    Timeouts timeouts = new Timeouts(config.callTimeout(), config.stepTimeout());
    this.base = new BaseModelClient(config.baseModel(), timeouts);
    this.rewards =
        config.rewards().orElse(List.of()).stream()
            .map(address -> new RewardClient(address, timeouts))
            .toList();
  }

  @Produces
  @Singleton
  Generator generator() {
    return new Generator(
        base,
        rewards,
        config.maxGenerations(),
        new Patience(config.callTimeout(), config.stepTimeout()));
  }

  @PreDestroy
  void close() {
    base.close();
    rewards.forEach(RewardClient::close);
  }
}
