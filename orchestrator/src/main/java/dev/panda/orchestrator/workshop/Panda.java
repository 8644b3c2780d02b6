package dev.panda.orchestrator.workshop;

import dev.panda.orchestrator.workshop.answers.CompareCommand;
import dev.panda.orchestrator.workshop.answers.SampleCommand;
import dev.panda.orchestrator.workshop.ask.ChatCommand;
import dev.panda.orchestrator.workshop.ask.GenerateCommand;
import dev.panda.orchestrator.workshop.ask.PreferencesCommand;
import dev.panda.orchestrator.workshop.benchmark.BenchmarkCommand;
import dev.panda.orchestrator.workshop.cli.FailureReport;
import dev.panda.orchestrator.workshop.cli.Misuse;
import dev.panda.orchestrator.workshop.demo.DemoCommand;
import dev.panda.orchestrator.workshop.models.ModelsCommand;
import dev.panda.orchestrator.workshop.pairs.MakePairsCommand;
import dev.panda.orchestrator.workshop.services.DownCommand;
import dev.panda.orchestrator.workshop.services.RunningServices;
import dev.panda.orchestrator.workshop.services.StatusCommand;
import dev.panda.orchestrator.workshop.services.UpCommand;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The command line. Exit codes: 0 done, 1 failed, 2 wrong usage. */
@Command(
    name = "deploy/panda",
    description = "Steers a language model's answers to a preference while it decodes them.",
    scope = ScopeType.INHERIT,
    mixinStandardHelpOptions = true,
    versionProvider = Panda.Version.class,
    usageHelpAutoWidth = true,
    sortOptions = false,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:done", "1:failed", "2:wrong usage"},
    synopsisHeading = "%n@|bold Usage:|@ ",
    descriptionHeading = "%n",
    parameterListHeading = "%n@|bold Arguments:|@%n",
    optionListHeading = "%n@|bold Options:|@%n",
    commandListHeading = "%n@|bold Commands:|@%n",
    footerHeading = "%n@|bold Examples:|@%n",
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
public final class Panda implements Runnable {
  @Spec private CommandSpec spec;

  private Panda() {}

  public static void main(String[] arguments) {
    Locale.setDefault(Locale.ROOT);
    PrintWriter out = utf8(FileDescriptor.out);
    PrintWriter err = utf8(FileDescriptor.err);
    int exitCode = commandLine().setOut(out).setErr(err).execute(arguments);
    out.flush();
    err.flush();
    System.exit(exitCode);
  }

  static CommandLine commandLine() {
    return new CommandLine(new Panda())
        .setDefaultValueProvider(new RunningServices())
        .setParameterExceptionHandler(new Misuse())
        .setExecutionExceptionHandler(new FailureReport());
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "no command was given");
  }

  private static PrintWriter utf8(FileDescriptor descriptor) {
    return new PrintWriter(
        new OutputStreamWriter(new FileOutputStream(descriptor), StandardCharsets.UTF_8), true);
  }

  /** The version of the build. */
  static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = Panda.class.getPackage().getImplementationVersion();
      return new String[] {"panda " + (version == null ? "(unpackaged)" : version)};
    }
  }
}
