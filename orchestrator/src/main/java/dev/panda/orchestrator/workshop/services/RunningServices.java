package dev.panda.orchestrator.workshop.services;

import java.lang.reflect.AnnotatedElement;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;

/**
 * Points commands at the services of {@code deploy/panda up}, whatever ports these were given. What
 * the environment says goes first. An empty environment variable means the same as none.
 */
public final class RunningServices implements IDefaultValueProvider {
  /** A default value that an environment variable replaces. */
  private static final Pattern REPLACEABLE = Pattern.compile("\\$\\{env:(\\w+):-(.*)}");

  private final Installation installation;

  public RunningServices() {
    this(Installation.ofProcess());
  }

  RunningServices(Installation installation) {
    this.installation = installation;
  }

  @Override
  public String defaultValue(ArgSpec argument) {
    if (!(argument instanceof OptionSpec option)) {
      return null;
    }
    String running = isSet("PANDA_ENDPOINT") ? null : running(option.longestName());
    return running == null ? ifVariableIsEmpty(option) : running;
  }

  private String running(String option) {
    return switch (option) {
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

  /**
   * The default value if the variable that replaces it is empty; picocli would take the empty text.
   */
  private String ifVariableIsEmpty(OptionSpec option) {
    if (!(option.userObject() instanceof AnnotatedElement field)) {
      return null;
    }
    Matcher value = REPLACEABLE.matcher(field.getAnnotation(Option.class).defaultValue());
    return value.matches() && "".equals(installation.environment().get(value.group(1)))
        ? value.group(2)
        : null;
  }

  private boolean isSet(String variable) {
    return !installation.environment().getOrDefault(variable, "").isBlank();
  }
}
