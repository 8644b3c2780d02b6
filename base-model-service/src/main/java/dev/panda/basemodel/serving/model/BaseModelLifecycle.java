package dev.panda.basemodel.serving.model;

import dev.panda.basemodel.serving.config.BaseModelConfig;
import dev.panda.transformer.checkpoint.CheckpointException;
import dev.panda.transformer.reward.RewardModelException;
import io.quarkus.runtime.PreventFurtherStepsException;
import io.quarkus.runtime.Quarkus;
import io.quarkus.vertx.VertxOptionsCustomizer;
import io.vertx.core.VertxOptions;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import org.jboss.logging.Logger;

/**
 * Loads the model before the ports open, and frees it when the service stops. So a service that
 * answers has its model, and its health is {@code SERVING}.
 */
@Singleton
final class BaseModelLifecycle implements VertxOptionsCustomizer {
  private static final Logger LOG = Logger.getLogger(BaseModelLifecycle.class);
  private static final int EXIT_CODE = 1;

  private final Instance<BaseModel> model;

  BaseModelLifecycle(Instance<BaseModel> model) {
    this.model = model;
  }

  /**
   * Loads the model. Quarkus calls this on the main thread before it makes Vert.x, and so before
   * its gRPC server starts: that start happens on an event loop, and may take one minute at most.
   */
  @Override
  public void accept(VertxOptions options) {
    model.get();
  }

  @Produces
  @Singleton
  BaseModel load(BaseModelConfig config) {
    try {
      BaseModel model = new BaseModelLoader(config, BaseModelLifecycle::aside).load();
      System.gc(); // loading leaves hundreds of megabytes, which the process would keep
      LOG.infof("model: %s", model.description());
      model.rewards().forEach(m -> LOG.infof("preference: %s", m.card().preference()));
      return model;
    } catch (CheckpointException | RewardModelException | IllegalArgumentException e) {
      LOG.debug("model: not loaded", e);
      throw exit(e.getMessage());
    } catch (Throwable e) { // also what native code throws, and memory that is not enough
      LOG.error("model: not loaded", e);
      throw exit(e.toString());
    }
  }

  /**
   * Runs a task on its own thread, so that neither the start nor the end of the service waits for
   * it.
   */
  private static void aside(Runnable task) {
    Thread thread = new Thread(task, "backbone-fingerprint");
    thread.setDaemon(true);
    thread.start();
  }

  /** The exception alone leaves a process that waits, without a port. */
  private static PreventFurtherStepsException exit(String reason) {
    LOG.fatalf("panda.base-model: the model cannot be served: %s", reason);
    Quarkus.asyncExit(EXIT_CODE);
    return new PreventFurtherStepsException(null, EXIT_CODE);
  }

  void free(@Disposes BaseModel model) {
    model.close();
  }
}
