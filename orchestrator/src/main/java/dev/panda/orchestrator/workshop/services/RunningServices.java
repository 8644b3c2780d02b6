package dev.panda.orchestrator.workshop.services;

import java.util.Optional;
import java.util.function.Function;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;

/**
 * Points commands at the services of {@code deploy/panda up}, whatever ports these were given. What
 * the environment says goes first.
 */
public final class RunningServices implements IDefaultValueProvider {
  private final Installation installation;

  public RunningServices() {
    this(Installation.ofProcess());
  }

  RunningServices(Installation installation) {
    this.installation = installation;
  }

  @Override
  public String defaultValue(ArgSpec argument) {
    if (!(argument instanceof OptionSpec option) || isSet("PANDA_ENDPOINT")) {
      return null;
    }
    return switch (option.longestName()) {
      case "--endpoint" -> address("PANDA_ENDPOINT", s -> s.orchestrator().address());
      case "--base-model-endpoint" ->
          address("PANDA_ENDPOINT_BASE_MODEL", s -> s.baseModel().address());
      case "--reward-endpoint" -> address("PANDA_ENDPOINT_REWARD", RunningServices::rewards);
      default -> null;
    };
  }

  private String address(String variable, Function<ServiceSet, String> address) {
    Optional<ServiceSet> running =
        isSet(variable) ? Optional.empty() : installation.run().settings();
    return running.map(address).orElse(null);
  }

  /** No address at all, not even the usual one, where another program's service may answer. */
  private static String rewards(ServiceSet services) {
    return services.rewards().isEmpty()
        ? Option.NULL_VALUE
        : String.join(",", services.rewardAddresses());
  }

  private boolean isSet(String variable) {
    return !installation.environment().getOrDefault(variable, "").isBlank();
  }
}
