package dev.panda.orchestrator.workshop.cli;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Refuses wrong options before a command does anything. */
public final class OptionCheck {
  private OptionCheck() {}

  public static void atLeastOne(CommandSpec spec, String option, int value) {
    require(spec, value >= 1, option + ": " + value + " (expected: 1 or more)");
  }

  /**
   * Refuses options that were given although they have no effect.
   *
   * @param heeded whether they have an effect
   * @param partner the option, or options, that give them an effect
   */
  public static void requireHeeded(
      CommandSpec spec, boolean heeded, String partner, String... options) {
    for (String option : options) {
      require(
          spec,
          heeded || !spec.commandLine().getParseResult().hasMatchedOption(option),
          option + ": set (expected: unset without " + partner + ")");
    }
  }

  /**
   * Refuses a command unless its options make sense.
   *
   * @param refusal {@code option: value (expected: …)}
   */
  public static void require(CommandSpec spec, boolean sense, String refusal) {
    if (!sense) {
      throw new ParameterException(spec.commandLine(), refusal);
    }
  }
}
