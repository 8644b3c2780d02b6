package dev.panda.transformer.workshop.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/**
 * A module's share of the commands of {@code panda}. Exit codes: 0 done, 1 failed, 2 asked for
 * wrongly. A plain Java program, on the class path of the packaged service.
 */
@Command(
    name = "deploy/panda",
    scope = ScopeType.INHERIT,
    mixinStandardHelpOptions = true,
    versionProvider = Program.Version.class,
    usageHelpAutoWidth = true,
    sortOptions = false,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:done", "1:failed", "2:asked for wrongly"},
    synopsisHeading = "%n@|bold Usage:|@ ",
    descriptionHeading = "%n",
    parameterListHeading = "%n@|bold Arguments:|@%n",
    optionListHeading = "%n@|bold Options:|@%n",
    commandListHeading = "%n@|bold Commands:|@%n",
    footerHeading = "%n@|bold Examples:|@%n")
public abstract class Program implements Runnable {
  @Spec private CommandSpec spec;

  /** Parses and runs commands, and reports what they throw. */
  protected final CommandLine commandLine(IExecutionExceptionHandler failures) {
    CommandLine commands =
        new CommandLine(this)
            .setParameterExceptionHandler(new Misuse())
            .setExecutionExceptionHandler(failures);
    EnumWords.register(commands);
    return commands;
  }

  /** Runs the command that the arguments name, and ends the process. */
  protected static void main(CommandLine commands, String[] arguments) {
    Locale.setDefault(Locale.ROOT);
    silenceLibraries();
    PrintWriter out = utf8(FileDescriptor.out);
    PrintWriter err = utf8(FileDescriptor.err);
    int exitCode = commands.setOut(out).setErr(err).execute(arguments);
    out.flush();
    err.flush();
    System.exit(exitCode);
  }

  /** Quarkus starts the log manager that its SLF4J provider needs; here nothing does. */
  private static void silenceLibraries() {
    System.setProperty("slf4j.internal.verbosity", "ERROR");
    System.setProperty("slf4j.provider", "org.slf4j.helpers.NOP_FallbackServiceProvider");
  }

  @Override
  public final void run() {
    throw new ParameterException(spec.commandLine(), "no command was given");
  }

  private static PrintWriter utf8(FileDescriptor descriptor) {
    return new PrintWriter(
        new OutputStreamWriter(new FileOutputStream(descriptor), StandardCharsets.UTF_8), true);
  }

  /** The version of the build. */
  static final class Version implements CommandLine.IVersionProvider {
    @Spec private CommandSpec spec;

    @Override
    public String[] getVersion() {
      String version = spec.root().userObject().getClass().getPackage().getImplementationVersion();
      return new String[] {"panda " + (version == null ? "(unpackaged)" : version)};
    }
  }
}
