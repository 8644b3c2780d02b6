package dev.panda.reward.serving.model;

import dev.panda.reward.serving.config.RewardConfig;
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
 * Loads backbone and heads before the ports open, and frees them when the service stops. So a
 * service that answers has its models, and its health is {@code SERVING}.
 */
@Singleton
final class RewardLifecycle implements VertxOptionsCustomizer {
  private static final Logger LOG = Logger.getLogger(RewardLifecycle.class);
  private static final int EXIT_CODE = 1;

  private final Instance<ServedRewards> rewards;

  RewardLifecycle(Instance<ServedRewards> rewards) {
    this.rewards = rewards;
  }

  /**
   * Loads backbone and heads. Quarkus calls this on the main thread before it makes Vert.x, and so
   * before its gRPC server starts: that start happens on an event loop, and may take one minute at
   * most.
   */
  @Override
  public void accept(VertxOptions options) {
    rewards.get();
  }

  @Produces
  @Singleton
  ServedRewards load(RewardConfig config) {
    try {
      ServedRewards rewards =
          new RewardLoader(RewardOptions.of(config), LOG::warn, RewardLifecycle::aside).load();
      System.gc(); // loading leaves hundreds of megabytes, which the process would keep
      LOG.infof("backbone: %s", rewards.backbone());
      rewards.models().forEach(m -> LOG.infof("preference: %s", m.card().preference()));
      return rewards;
    } catch (CheckpointException | RewardModelException | IllegalArgumentException e) {
      LOG.debug("rewards: not loaded", e);
      throw exit(e.getMessage());
    } catch (Throwable e) { // includes errors of native code and lack of memory
      LOG.error("rewards: not loaded", e);
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

  /** Ends the process; the exception alone would leave a process that waits without a port. */
  private static PreventFurtherStepsException exit(String reason) {
    LOG.fatalf("panda.reward: the preferences cannot be served: %s", reason);
    Quarkus.asyncExit(EXIT_CODE);
    return new PreventFurtherStepsException(null, EXIT_CODE);
  }

  void free(@Disposes ServedRewards rewards) {
    rewards.close();
  }
}
