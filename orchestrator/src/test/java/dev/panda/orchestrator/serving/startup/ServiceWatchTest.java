package dev.panda.orchestrator.serving.startup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.panda.answer.quarkus.ServingHealth;
import dev.panda.orchestrator.serving.decoding.RewardUnit;
import dev.panda.orchestrator.serving.generation.Generator;
import dev.panda.orchestrator.serving.generation.Patience;
import dev.panda.orchestrator.serving.port.RewardDescription;
import dev.panda.orchestrator.serving.port.RewardModels;
import dev.panda.orchestrator.serving.port.RewardRequest;
import dev.panda.orchestrator.serving.port.RewardStream;
import dev.panda.orchestrator.testing.InMemoryBaseModel;
import dev.panda.orchestrator.testing.InMemoryRewards;
import dev.panda.orchestrator.testing.TestConfig;
import io.quarkus.grpc.runtime.health.GrpcHealthStorage;
import io.quarkus.runtime.StartupEvent;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ServiceWatchTest {
  private final CountDownLatch looks = new CountDownLatch(2);

  /** Cannot be asked the first time. */
  private final class BrokenAtFirst implements RewardModels {
    private final InMemoryRewards rewards = new InMemoryRewards();

    @Override
    public CompletableFuture<RewardDescription> describe() {
      looks.countDown();
      if (looks.getCount() > 0) {
        throw new NoClassDefFoundError("dev/panda/Missing");
      }
      return rewards.describe();
    }

    @Override
    public RewardStream open(RewardRequest request) {
      return rewards.open(request);
    }

    @Override
    public double[] scoreSequences(
        int[] prompt, List<int[]> responses, List<String> preferences, RewardUnit unit) {
      return rewards.scoreSequences(prompt, responses, preferences, unit);
    }
  }

  @Test
  void anErrorDoesNotEndTheWatch() throws InterruptedException {
    Generator generator =
        new Generator(
            new InMemoryBaseModel(0),
            List.of(new BrokenAtFirst()),
            1,
            new Patience(Duration.ZERO, Duration.ZERO));
    ServiceWatch watch =
        new ServiceWatch(
            generator,
            TestConfig.of("127.0.0.1:1", "127.0.0.1:2"),
            new ServingHealth(new GrpcHealthStorage()));
    try {
      watch.start(new StartupEvent());

      assertThat(looks.await(30, TimeUnit.SECONDS)).isTrue();
    } finally {
      watch.stop();
    }
  }
}
