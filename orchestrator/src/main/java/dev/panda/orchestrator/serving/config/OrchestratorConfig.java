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
 * Which services answer, and how much is taken on. An unknown key below the prefix fails the start.
 */
@ConfigMapping(prefix = "panda.orchestrator")
public interface OrchestratorConfig {

  /** The base-model service, {@code host:port}. */
  @WithDefault("127.0.0.1:9001")
  @Pattern(regexp = ADDRESS)
  String baseModel();

  /**
   * The reward services, {@code host:port} each; set to nothing, there are none, and answers follow
   * no preference. If several have a preference of one name, the first serves it.
   */
  @WithDefault("127.0.0.1:9002")
  Optional<List<@Pattern(regexp = ADDRESS) String>> rewards();

  /**
   * Longest time for a single answer of a service, the steps of a generation excepted. An open that
   * lacks room is tried again for as long.
   */
  @WithDefault("10s")
  @DurationMin(millis = 1)
  Duration callTimeout();

  /**
   * Longest time that a generation waits at one step: for a service, which may have a long prompt
   * to compute first, and for the client to read what it was sent.
   */
  @WithDefault("2m")
  @DurationMin(millis = 1)
  Duration stepTimeout();

  /** Generations that may be under way at the same time, at least 1; more are refused. */
  @WithDefault("64")
  @Min(1)
  int maxGenerations();

  /**
   * Largest message that is read, in bytes. The transport's own limit, {@code
   * quarkus.grpc.server.max-inbound-message-size}, must be above it.
   */
  @WithDefault("4M")
  MemorySize maxMessageSize();

  /** What an address looks like. */
  String ADDRESS = "[^\\s/]+:\\d{1,5}";
}
