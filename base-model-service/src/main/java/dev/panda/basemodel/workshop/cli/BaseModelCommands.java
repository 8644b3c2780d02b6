package dev.panda.basemodel.workshop.cli;

import dev.panda.basemodel.workshop.fetch.FetchException;
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
    subcommands = {TrainBaseCommand.class, ModelsCommand.class},
    footer = {
      "  deploy/panda train-base --data answers.jsonl --output my-model --minutes 15",
      "  deploy/panda models inspect everyday",
      "",
      "`deploy/panda COMMAND --help` explains a command."
    })
public final class BaseModelCommands extends Program {
  private BaseModelCommands() {}

  public static void main(String[] arguments) {
    main(commandLine(), arguments);
  }

  static CommandLine commandLine() {
    return new BaseModelCommands()
        .commandLine(
            new FailureReport(Set.of(FetchException.class, IllegalArgumentException.class)));
  }
}
