package dev.panda.basemodel.workshop.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Lists, inspects and fetches models. */
@Command(
    name = "models",
    description =
        "Lists, inspects and fetches models. They lie in deploy/models and in $PANDA_HOME/models"
            + " (~/.panda/models).",
    subcommands = {ListCommand.class, InspectCommand.class, FetchCommand.class},
    footer = {
      "  deploy/panda models list",
      "  deploy/panda models inspect everyday",
      "  deploy/panda models fetch smollm2",
      "  deploy/panda models fetch Qwen/Qwen2.5-1.5B-Instruct"
    })
final class ModelsCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "models: no command was given (expected: list, inspect or fetch)");
  }
}
