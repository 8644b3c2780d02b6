package dev.panda.orchestrator.workshop.cli;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Refuses options whose values make no sense, before anything is done. */
public final class OptionCheck {
  private OptionCheck() {}

  public static void atLeastOne(CommandSpec spec, String option, int value) {
    require(spec, value >= 1, option + ": " + value + " (expected: 1 or more)");
  }

  /**
   * Refuses options that were given though nothing heeds them.
   *
   * @param heeded whether something does
   * @param partner the option, or options, without which they mean nothing
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
   * @param refusal {@code option: value (expected: …)}
   */
  public static void require(CommandSpec spec, boolean sense, String refusal) {
    if (!sense) {
      throw new ParameterException(spec.commandLine(), refusal);
    }
  }
}
