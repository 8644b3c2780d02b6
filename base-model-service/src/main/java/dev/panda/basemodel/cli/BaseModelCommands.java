package dev.panda.basemodel.cli;

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
 * The commands that need the model itself. Exit codes: 0 done, 1 failed, 2 asked for wrongly. A
 * plain Java program, on the class path of the packaged service.
 */
@Command(
    name = "panda",
    description = "Commands of the base-model service.",
    scope = ScopeType.INHERIT,
    mixinStandardHelpOptions = true,
    versionProvider = BaseModelCommands.Version.class,
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
    subcommands = TrainBaseCommand.class,
    footer = {
      "  panda train-base --data answers.jsonl --output my-model --minutes 15",
      "",
      "`panda train-base --help` explains it."
    })
public final class BaseModelCommands implements Runnable {
  @Spec private CommandSpec spec;

  private BaseModelCommands() {}

  public static void main(String[] arguments) {
    Locale.setDefault(Locale.ROOT);
    silenceLibraries();
    PrintWriter out = utf8(FileDescriptor.out);
    PrintWriter err = utf8(FileDescriptor.err);
    int exitCode = commandLine().setOut(out).setErr(err).execute(arguments);
    out.flush();
    err.flush();
    System.exit(exitCode);
  }

  /** Their logs go nowhere: the service's log manager is not on this class path. */
  private static void silenceLibraries() {
    System.setProperty("slf4j.internal.verbosity", "WARN");
    System.setProperty("slf4j.provider", "org.slf4j.helpers.NOP_FallbackServiceProvider");
  }

  static CommandLine commandLine() {
    return new CommandLine(new BaseModelCommands())
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
      String version = BaseModelCommands.class.getPackage().getImplementationVersion();
      return new String[] {"panda " + (version == null ? "(unpackaged)" : version)};
    }
  }
}
