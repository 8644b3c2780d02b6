package dev.panda.orchestrator.serving.startup;

import dev.panda.answer.quarkus.ServingHealth;
import dev.panda.orchestrator.serving.config.OrchestratorConfig;
import dev.panda.orchestrator.serving.generation.Generator;
import dev.panda.orchestrator.serving.generation.Generator.Reachability;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;
import org.jboss.logging.Logger;

/**
 * Asks the services how they are, every second and more often while they do not serve, and makes
 * the orchestrator's own health depend on that: it is ready if the base-model service answers and,
 * if reward services are configured, one of them. Whoever asks for its health never waits.
 */
@Readiness
@Singleton
class ServiceWatch implements HealthCheck {
  private static final Logger LOG = Logger.getLogger(ServiceWatch.class);
  private static final String ANSWERS = "answers";
  private static final long WHILE_SERVING_MILLIS = 1000;
  private static final long WHILE_WAITING_MILLIS = 100;

  private final Generator generator;
  private final OrchestratorConfig config;
  private final ServingHealth health;
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "service-watch"));

  ServiceWatch(Generator generator, OrchestratorConfig config, ServingHealth health) {
    this.generator = generator;
    this.config = config;
    this.health = health;
  }

  void start(@Observes StartupEvent started) {
    clock.execute(this::look);
  }

  private void look() {
    boolean serves = false;
    try {
      generator.refresh();
      serves = generator.reachability().serves();
      health.serve(serves);
    } catch (RuntimeException | Error e) { // would end the watch
      LOG.warn("services: not asked how they are", e);
    }
    lookAgain(serves ? WHILE_SERVING_MILLIS : WHILE_WAITING_MILLIS);
  }

  private void lookAgain(long millis) {
    try {
      ScheduledFuture<?> unused = clock.schedule(this::look, millis, TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException stopped) {
      LOG.trace("services: not watched any more", stopped);
    }
  }

  @Override
  public HealthCheckResponse call() {
    Reachability services = generator.reachability();
    HealthCheckResponseBuilder response =
        HealthCheckResponse.named("services").status(services.serves());
    say(response, "base-model", config.baseModel(), services.base());
    List<String> rewards = config.rewards().orElse(List.of());
    for (int i = 0; i < rewards.size(); i++) {
      say(response, "reward", rewards.get(i), services.rewards().get(i));
    }
    return response.build();
  }

  private static void say(
      HealthCheckResponseBuilder response, String kind, String address, Optional<String> failure) {
    response.withData(kind + " " + address, failure.orElse(ANSWERS));
  }

  @PreDestroy
  void stop() {
    clock.shutdownNow();
  }
}
