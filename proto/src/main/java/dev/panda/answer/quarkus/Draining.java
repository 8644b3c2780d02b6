package dev.panda.answer.quarkus;

import dev.panda.answer.Drain;
import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Duration;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Stops a service in order: it reports {@code NOT_SERVING}, then its calls under way finish within
 * the grace {@code quarkus.shutdown.timeout}, and only then Quarkus stops its servers and beans.
 */
@Singleton
class Draining {
  private final Drain drain = new Drain();
  private final Duration grace;

  Draining(@ConfigProperty(name = "quarkus.shutdown.timeout") Duration grace) {
    this.grace = grace;
  }

  @Produces
  @Singleton
  Drain drain() {
    return drain;
  }

  /** Quarkus sends the event first of all, if {@code quarkus.shutdown.delay-enabled} is set. */
  void stop(@Observes ShutdownDelayInitiatedEvent event, ServingHealth health)
      throws InterruptedException {
    health.end();
    drain.finish(grace);
  }
}
