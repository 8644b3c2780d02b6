package dev.panda.orchestrator.workshop;

import dev.panda.orchestrator.workshop.answers.CompareCommand;
import dev.panda.orchestrator.workshop.answers.SampleCommand;
import dev.panda.orchestrator.workshop.ask.ChatCommand;
import dev.panda.orchestrator.workshop.ask.GenerateCommand;
import dev.panda.orchestrator.workshop.ask.PreferencesCommand;
import dev.panda.orchestrator.workshop.benchmark.BenchCommand;
import dev.panda.orchestrator.workshop.cli.FailureReport;
import dev.panda.orchestrator.workshop.demo.DemoCommand;
import dev.panda.orchestrator.workshop.pairs.MakePairsCommand;
import dev.panda.orchestrator.workshop.services.DownCommand;
import dev.panda.orchestrator.workshop.services.RecordClassesCommand;
import dev.panda.orchestrator.workshop.services.RunningServices;
import dev.panda.orchestrator.workshop.services.StatusCommand;
import dev.panda.orchestrator.workshop.services.UpCommand;
import dev.panda.transformer.workshop.cli.Program;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ScopeType;

/** The commands of the orchestrator, and those that start and stop the services. */
@Command(
    description = "Steers a language model's answers to a preference while it decodes them.",
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
      BenchCommand.class,
      RecordClassesCommand.class
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
