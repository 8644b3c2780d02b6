package dev.panda.orchestrator.serving.config;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.hibernate.validator.constraints.time.DurationMin;

/**
 * The services that the orchestrator asks, and the load that it accepts. If the prefix has an
 * unknown key, the start fails.
 */
@ConfigMapping(prefix = "panda.orchestrator")
public interface OrchestratorConfig {

  /** The base-model service, {@code host:port}; {@link Addresses} checks it at the start. */
  @WithDefault("127.0.0.1:9001")
  String baseModel();

  /**
   * The reward services, {@code host:port} each; if the value is empty, there are none, and answers
   * follow no preference. If several have a preference of one name, the first serves it.
   */
  @WithDefault("127.0.0.1:9002")
  Optional<List<String>> rewards();

  /**
   * Longest time for a single answer of a service, other than the steps of a generation. If a
   * service has no room, the orchestrator tries again for as long.
   */
  @WithDefault("10s")
  @DurationMin(millis = 1)
  Duration callTimeout();

  /**
   * Longest time that a generation waits at one step for a service, which may have to compute a
   * long prompt first.
   */
  @WithDefault("2m")
  @DurationMin(millis = 1)
  Duration stepTimeout();

  /** Longest time, over a whole response, that a generation waits for the client to read. */
  @WithDefault("30s")
  @DurationMin(millis = 1)
  Duration readingTimeout();

  /**
   * Largest number of generations at a time, at least 1; the orchestrator refuses more. Half of it
   * is kept in equal parts for the requests that need each of the reward services and for those
   * that need none, so that a reward service that hangs does not take the room of all.
   */
  @WithDefault("64")
  @Min(1)
  int maxGenerations();

  /**
   * Largest message that the orchestrator reads, in bytes. The transport's own limit, {@code
   * quarkus.grpc.server.max-inbound-message-size}, must be above it.
   */
  @WithDefault("4M")
  MemorySize maxMessageSize();
}
