package dev.panda.reward.workshop.cli;

import dev.panda.transformer.reward.RewardModelException;
import dev.panda.transformer.workshop.cli.FailureReport;
import dev.panda.transformer.workshop.cli.Program;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ScopeType;

/** The commands that make and evaluate reward models. */
@Command(
    description = "Makes and evaluates reward models, which steer generation towards a preference.",
    scope = ScopeType.INHERIT,
    subcommands = {
      TrainRewardCommand.class,
      TrainTokenHeadCommand.class,
      ScoreCommand.class,
      RewardReportCommand.class
    },
    footer = {
      "  deploy/panda train-reward --help",
      "  deploy/panda train-token-head --help",
      "  deploy/panda score --help",
      "  deploy/panda reward-report --help"
    })
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
