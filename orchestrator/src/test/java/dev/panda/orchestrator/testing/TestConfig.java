package dev.panda.orchestrator.testing;

import dev.panda.orchestrator.serving.config.OrchestratorConfig;
import io.quarkus.runtime.configuration.MemorySize;
import java.math.BigInteger;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** A configuration that a test makes. */
public record TestConfig(
    String baseModel,
    Optional<List<String>> rewards,
    Duration callTimeout,
    Duration stepTimeout,
    Duration readingTimeout,
    int maxGenerations,
    MemorySize maxMessageSize)
    implements OrchestratorConfig {

  /** Patience enough for any machine, and messages of a kilobyte. */
  public static TestConfig of(String baseModel, String... rewards) {
    return new TestConfig(
        baseModel,
        rewards.length == 0 ? Optional.empty() : Optional.of(List.of(rewards)),
        Duration.ofMinutes(1),
        Duration.ofMinutes(1),
        Duration.ofMinutes(1),
        8,
        new MemorySize(BigInteger.valueOf(1024)));
  }

  public TestConfig withReadingTimeout(Duration longest) {
    return new TestConfig(
        baseModel, rewards, callTimeout, stepTimeout, longest, maxGenerations, maxMessageSize);
  }

  public TestConfig withMaxGenerations(int most) {
    return new TestConfig(
        baseModel, rewards, callTimeout, stepTimeout, readingTimeout, most, maxMessageSize);
  }
}
