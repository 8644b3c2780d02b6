package dev.panda.orchestrator.serving.startup;

import dev.panda.orchestrator.serving.config.Addresses;
import dev.panda.orchestrator.serving.config.OrchestratorConfig;
import io.quarkus.runtime.PreventFurtherStepsException;
import io.quarkus.runtime.Quarkus;
import io.quarkus.vertx.VertxOptionsCustomizer;
import io.vertx.core.VertxOptions;
import jakarta.inject.Singleton;
import org.jboss.logging.Logger;

/** Ends the start, before the ports open, if an address of the configuration is not one. */
@Singleton
final class AddressCheck implements VertxOptionsCustomizer {
  private static final Logger LOG = Logger.getLogger(AddressCheck.class);
  private static final int EXIT_CODE = 1;

  private final OrchestratorConfig config;

  AddressCheck(OrchestratorConfig config) {
    this.config = config;
  }

  @Override
  public void accept(VertxOptions options) {
    try {
      Addresses.check(config);
    } catch (IllegalArgumentException e) {
      LOG.fatal(e.getMessage());
      Quarkus.asyncExit(EXIT_CODE); // the exception alone leaves a process that waits
      throw new PreventFurtherStepsException(null, EXIT_CODE);
    }
  }
}
