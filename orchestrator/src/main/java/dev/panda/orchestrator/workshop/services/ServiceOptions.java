package dev.panda.orchestrator.workshop.services;

import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** The options that say which services are started, and how. */
final class ServiceOptions {
  private static final String PORT = "[1-9]\\d{0,4}";
  private static final int HIGHEST_PORT = 65535;

  @Spec(Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = {"-m", "--model"},
      paramLabel = "NAME",
      defaultValue = "${env:PANDA_MODEL:-everyday}",
      description =
          "A name in `deploy/panda models list`, or the path of a folder or GGUF file. A plain word"
              + " is a name first; a path holds a slash, like ./everyday (default: everyday)"
              + " [PANDA_MODEL].")
  private String model;

  @Option(
      names = "--numerics",
      paramLabel = "FORMAT",
      defaultValue = "${env:PANDA_NUMERICS:-}",
      description =
          "float32, bfloat16, float16, int8, int4 or auto (default: auto) [PANDA_NUMERICS].")
  private String numerics;

  @Option(
      names = "--device",
      paramLabel = "DEVICE",
      defaultValue = "${env:PANDA_DEVICE:-}",
      description = "cpu, cuda, cuda:1 … (default: cpu) [PANDA_DEVICE].")
  private String device;

  @Option(
      names = "--threads",
      paramLabel = "N",
      defaultValue = "${env:PANDA_THREADS:-}",
      description = "CPU threads of one operation (default: one a processor) [PANDA_THREADS].")
  private String threads;

  @Option(
      names = "--memory",
      paramLabel = "SIZE",
      defaultValue = "${env:PANDA_MEMORY:-1g}",
      description =
          "Java heap of each model service, like 2g; the weights lie outside it (default: 1g)"
              + " [PANDA_MEMORY].")
  private String memory;

  @Option(
      names = "--start-timeout",
      paramLabel = "SECONDS",
      defaultValue = "${env:PANDA_START_TIMEOUT:-300}",
      description = "How long a start may take (default: 300) [PANDA_START_TIMEOUT].")
  private String startTimeout;

  @Option(
      names = "--port",
      paramLabel = "N",
      defaultValue = "${env:PANDA_PORT:-9000}",
      description = "The orchestrator's gRPC port (default: 9000) [PANDA_PORT].")
  private String port;

  @Option(
      names = "--http-port",
      paramLabel = "N",
      defaultValue = "${env:PANDA_HTTP_PORT:-8080}",
      description =
          "The orchestrator's HTTP port, for its health; the other services take the next free ones"
              + " above it for theirs (default: 8080) [PANDA_HTTP_PORT].")
  private String httpPort;

  @Option(
      names = "--base-model-port",
      paramLabel = "N",
      defaultValue = "${env:PANDA_PORT_BASE_MODEL:-9001}",
      description = "The base-model service's gRPC port (default: 9001) [PANDA_PORT_BASE_MODEL].")
  private String baseModelPort;

  @Option(
      names = "--reward-port",
      paramLabel = "N",
      defaultValue = "${env:PANDA_PORT_REWARD:-9002}",
      description = "The reward service's gRPC port (default: 9002) [PANDA_PORT_REWARD].")
  private String rewardPort;

  @Option(
      names = "--reward-service",
      description =
          "Serves reward models that read the model's weights from a reward service, as where the"
              + " services are scaled apart. By default the base-model service holds them: that is"
              + " faster on one machine, and needs no second copy of the weights.")
  private boolean rewardService;

  /**
   * What the options say.
   *
   * @param model as it was named
   * @param rewardsApart whether a reward service serves what the base-model service could hold
   */
  record Settings(
      String model,
      boolean rewardsApart,
      Tuning tuning,
      Duration startTimeout,
      Ports.Chosen ports) {}

  /**
   * How the model services run; what is empty is left to them.
   *
   * @param memory largest Java heap, as {@code -Xmx} takes it
   */
  record Tuning(
      Optional<String> numerics, Optional<String> device, Optional<String> threads, String memory) {

    /** Each that is set under its key, without the service's prefix. */
    Map<String, Optional<String>> byKey() {
      return Map.of("numerics", numerics, "device", device, "threads", threads);
    }
  }

  /**
   * The settings.
   *
   * @throws ParameterException if an option has an invalid value
   */
  Settings settings() {
    require(
        "--numerics",
        numerics,
        "|auto|float32|bfloat16|float16|int8|int4",
        "auto, float32, bfloat16, float16, int8 or int4");
    require("--device", device, "|cpu|cuda(:\\d+)?", "cpu, cuda, cuda:1 …");
    require("--threads", threads, "|[1-9]\\d*", "a whole number, 1 or more");
    require("--memory", memory, "[1-9]\\d*[kKmMgG]?", "a size like 2g");
    require("--start-timeout", startTimeout, "[1-9]\\d{0,8}", "seconds");
    return new Settings(
        model,
        rewardService,
        new Tuning(given(numerics), given(device), given(threads), memory),
        Duration.ofSeconds(Long.parseLong(startTimeout)),
        ports());
  }

  private Ports.Chosen ports() {
    Ports.Chosen ports =
        new Ports.Chosen(
            port("--port", port),
            port("--http-port", httpPort),
            port("--base-model-port", baseModelPort),
            port("--reward-port", rewardPort));
    Set<Integer> seen = new HashSet<>();
    ports
        .byOption()
        .forEach(
            (option, number) -> {
              if (!seen.add(number)) {
                throw misuse(option, number, "a port of its own for each service");
              }
            });
    return ports;
  }

  private int port(String option, String value) {
    String expected = "a port, 1 to " + HIGHEST_PORT;
    require(option, value, PORT, expected);
    int number = Integer.parseInt(value);
    if (number > HIGHEST_PORT) {
      throw misuse(option, number, expected);
    }
    return number;
  }

  private void require(String option, String value, String pattern, String expected) {
    if (!value.matches(pattern)) {
      throw misuse(option, value, expected);
    }
  }

  private ParameterException misuse(String option, Object value, String expected) {
    return new ParameterException(
        spec.commandLine(), "%s: %s (expected: %s)".formatted(option, value, expected));
  }

  private static Optional<String> given(String value) {
    return Optional.of(value).filter(text -> !text.isEmpty());
  }
}
