package dev.panda.orchestrator.serving.config;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Pattern;
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

  /** The base-model service, {@code host:port}. */
  @WithDefault("127.0.0.1:9001")
  @Pattern(regexp = ADDRESS)
  String baseModel();

  /**
   * The reward services, {@code host:port} each; if the value is empty, there are none, and answers
   * follow no preference. If several have a preference of one name, the first serves it.
   */
  @WithDefault("127.0.0.1:9002")
  Optional<List<@Pattern(regexp = ADDRESS) String>> rewards();

  /**
   * Longest time for a single answer of a service, other than the steps of a generation. If a
   * service has no room, the orchestrator tries again for as long.
   */
  @WithDefault("10s")
  @DurationMin(millis = 1)
  Duration callTimeout();

  /**
   * Longest time that a generation waits at one step: for a service, which may have to compute a
   * long prompt first, and for the client to read.
   */
  @WithDefault("2m")
  @DurationMin(millis = 1)
  Duration stepTimeout();

  /** Largest number of generations at a time, at least 1; the orchestrator refuses more. */
  @WithDefault("64")
  @Min(1)
  int maxGenerations();

  /**
   * Largest message that the orchestrator reads, in bytes. The transport's own limit, {@code
   * quarkus.grpc.server.max-inbound-message-size}, must be above it.
   */
  @WithDefault("4M")
  MemorySize maxMessageSize();

  /** The form of an address. */
  String ADDRESS = "[^\\s/]+:\\d{1,5}";
}
