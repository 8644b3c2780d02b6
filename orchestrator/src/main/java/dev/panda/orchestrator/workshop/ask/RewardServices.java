package dev.panda.orchestrator.workshop.ask;

import static java.util.stream.Collectors.joining;

import dev.panda.orchestrator.workshop.cli.CommandFailure;
import dev.panda.orchestrator.workshop.cli.EndpointConverter;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/** The options that name the services which give answers their rewards. */
public final class RewardServices {
  @Option(
      names = "--base-model-endpoint",
      paramLabel = "HOST:PORT",
      defaultValue = "${env:PANDA_ENDPOINT_BASE_MODEL:-127.0.0.1:9001}",
      converter = EndpointConverter.class,
      description =
          "The base-model service; also by $PANDA_ENDPOINT_BASE_MODEL (default: ${DEFAULT-VALUE}).")
  private String baseModel;

  @Option(
      names = "--reward-endpoint",
      paramLabel = "HOST:PORT",
      split = ",",
      defaultValue = "${env:PANDA_ENDPOINT_REWARD:-127.0.0.1:9002}",
      converter = EndpointConverter.class,
      description =
          "The reward service, or several, separated by commas; also by"
              + " $PANDA_ENDPOINT_REWARD (default: those of `deploy/panda up`, or 127.0.0.1:9002).")
  private List<String> rewards;

  /** Sets the addresses in place of the options. */
  public void use(String baseModelAddress, List<String> rewardAddresses) {
    baseModel = baseModelAddress;
    rewards = rewardAddresses;
  }

  /**
   * Connects to the services; the caller closes the connection.
   *
   * @param option what names the preferences, for messages
   * @param preferences names of the preferences whose rewards are wanted
   * @throws CommandFailure if a service does not answer, or none serves a preference
   */
  public AnswerRewards connect(String option, List<String> preferences) {
    List<String> addresses = rewards == null ? List.of() : rewards;
    AnswerRewards connection = new AnswerRewards(baseModel, addresses);
    try {
      List<String> served = connection.served();
      if (served.isEmpty()) {
        throw new CommandFailure(
            "preferences served: none (expected: one or more)",
            "The model that is served has no reward model; `deploy/panda train-reward` makes one.");
      }
      for (String preference : preferences) {
        if (!served.contains(preference)) {
          throw new CommandFailure(
              "%s: %s (expected: %s)".formatted(option, preference, String.join(", ", served)),
              "Those are served at %s; --reward-endpoint names further reward services."
                  .formatted(
                      Stream.concat(Stream.of(baseModel), addresses.stream())
                          .collect(joining(", "))));
        }
      }
      return connection;
    } catch (RuntimeException failure) {
      connection.close();
      throw failure;
    }
  }
}
