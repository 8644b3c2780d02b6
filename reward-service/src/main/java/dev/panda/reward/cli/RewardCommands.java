package dev.panda.reward.cli;

import dev.panda.reward.head.RewardModelException;
import dev.panda.transformer.cli.FailureReport;
import dev.panda.transformer.cli.Program;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ScopeType;

/** The commands that make reward models. */
@Command(
    description = "Makes reward models: what a preference is steered by.",
    scope = ScopeType.INHERIT,
    subcommands = TrainRewardCommand.class,
    footer = {"  panda train-reward --help"})
public final class RewardCommands extends Program {
  private RewardCommands() {}

  public static void main(String[] arguments) {
    main(commandLine(), arguments);
  }

  static CommandLine commandLine() {
    return new RewardCommands()
        .commandLine(
            new FailureReport(Set.of(RewardModelException.class, IllegalArgumentException.class)));
  }
}
