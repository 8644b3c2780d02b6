package dev.panda.orchestrator.workshop.cli;

import dev.panda.orchestrator.workshop.models.ModelsCommand;
import dev.panda.orchestrator.workshop.services.DownCommand;
import dev.panda.orchestrator.workshop.services.RunningServices;
import dev.panda.orchestrator.workshop.services.StatusCommand;
import dev.panda.orchestrator.workshop.services.UpCommand;
import dev.panda.transformer.workshop.cli.Program;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ScopeType;

/** The command line. Exit codes: 0 done, 1 failed, 2 asked for wrongly. */
@Command(
    description = "Answers that follow a preference, steered while they are decoded.",
    scope = ScopeType.INHERIT,
    subcommands = {
      UpCommand.class,
      DownCommand.class,
      StatusCommand.class,
      GenerateCommand.class,
      ChatCommand.class,
      DemoCommand.class,
      PreferencesCommand.class,
      SampleCommand.class,
      MakePairsCommand.class,
      CompareCommand.class,
      BenchmarkCommand.class,
      ModelsCommand.class
    },
    footer = {
      "  deploy/panda demo",
      "  deploy/panda generate \"Why is the sky blue?\" -p comprehensibility",
      "  deploy/panda chat -p specialization -l constant:2",
      "",
      "`deploy/panda COMMAND --help` explains a command."
    })
public final class Panda extends Program {
  private Panda() {}

  public static void main(String[] arguments) {
    main(commandLine(), arguments);
  }

  static CommandLine commandLine() {
    return new Panda()
        .commandLine(new FailureReport())
        .setDefaultValueProvider(new RunningServices());
  }
}
