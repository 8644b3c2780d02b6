package dev.panda.orchestrator.cli;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Refuses options whose values make no sense, before anything is done. */
final class OptionCheck {
  private OptionCheck() {}

  static void atLeastOne(CommandSpec spec, String option, int value) {
    require(spec, value >= 1, option + ": " + value + " (expected: 1 or more)");
  }

  /**
   * @param refusal {@code option: value (expected: …)}
   */
  static void require(CommandSpec spec, boolean sense, String refusal) {
    if (!sense) {
      throw new ParameterException(spec.commandLine(), refusal);
    }
  }
}
