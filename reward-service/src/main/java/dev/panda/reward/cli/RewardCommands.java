package dev.panda.reward.cli;

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

/**
 * The commands that make reward models. Exit codes: 0 done, 1 failed, 2 asked for wrongly. A plain
 * Java program, on the class path of the packaged service.
 */
@Command(
    name = "panda",
    description = "Makes reward models: what a preference is steered by.",
    scope = ScopeType.INHERIT,
    mixinStandardHelpOptions = true,
    versionProvider = RewardCommands.Version.class,
    usageHelpAutoWidth = true,
    sortOptions = false,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:done", "1:failed", "2:asked for wrongly"},
    synopsisHeading = "%n@|bold Usage:|@ ",
    descriptionHeading = "%n",
    parameterListHeading = "%n@|bold Arguments:|@%n",
    optionListHeading = "%n@|bold Options:|@%n",
    commandListHeading = "%n@|bold Commands:|@%n",
    footerHeading = "%n@|bold Examples:|@%n",
    subcommands = TrainRewardCommand.class,
    footer = {"  panda train-reward --help"})
public final class RewardCommands implements Runnable {

  @Spec private CommandSpec spec;

  private RewardCommands() {}

  public static void main(String[] arguments) {
    Locale.setDefault(Locale.ROOT);
    // Quarkus starts the log manager that its SLF4J provider needs; here nothing does.
    System.setProperty("slf4j.provider", "org.slf4j.helpers.NOP_FallbackServiceProvider");
    System.setProperty("slf4j.internal.verbosity", "ERROR");
    PrintWriter out = utf8(FileDescriptor.out);
    PrintWriter err = utf8(FileDescriptor.err);
    int exitCode = commandLine().setOut(out).setErr(err).execute(arguments);
    out.flush();
    err.flush();
    System.exit(exitCode);
  }

  static CommandLine commandLine() {
    return new CommandLine(new RewardCommands())
        .setCaseInsensitiveEnumValuesAllowed(true)
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
      String version = RewardCommands.class.getPackage().getImplementationVersion();
      return new String[] {"panda " + (version == null ? "(unpackaged)" : version)};
    }
  }
}
