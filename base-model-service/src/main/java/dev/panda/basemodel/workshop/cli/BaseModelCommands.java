package dev.panda.basemodel.workshop.cli;

import dev.panda.transformer.workshop.cli.FailureReport;
import dev.panda.transformer.workshop.cli.Program;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ScopeType;

/** The commands of the base-model service. */
@Command(
    description = "Commands of the base-model service.",
    scope = ScopeType.INHERIT,
    subcommands = TrainBaseCommand.class,
    footer = {
      "  deploy/panda train-base --data answers.jsonl --output my-model --minutes 15",
      "",
      "`deploy/panda train-base --help` explains the command."
    })
public final class BaseModelCommands extends Program {
  private BaseModelCommands() {}

  public static void main(String[] arguments) {
    main(commandLine(), arguments);
  }

  static CommandLine commandLine() {
    return new BaseModelCommands()
        .commandLine(new FailureReport(Set.of(IllegalArgumentException.class)));
  }
}
