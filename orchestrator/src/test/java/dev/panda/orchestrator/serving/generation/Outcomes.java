package dev.panda.orchestrator.serving.generation;

import dev.panda.orchestrator.testing.InMemoryBaseModel;
import dev.panda.orchestrator.testing.InMemoryRewards;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Generates with models in memory, which have room for all. */
final class Outcomes {
  private static final Patience NONE = new Patience(Duration.ZERO, Duration.ZERO);

  private Outcomes() {}

  static Outcome of(
      InMemoryBaseModel base, List<InMemoryRewards> rewards, GenerationRequest request) {
    ExecutorService workers = Executors.newCachedThreadPool();
    try {
      return new Generator(base, rewards, 1, NONE).generate(request, token -> {}, workers);
    } finally {
      workers.shutdown();
    }
  }
}
