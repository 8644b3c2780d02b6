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
 * The {@code panda} commands of one module, as a plain Java program on the class path of the
 * packaged service. Exit codes: 0 done, 1 failed, 2 wrong usage.
 */
@Command(
    name = "deploy/panda",
    scope = ScopeType.INHERIT,
    mixinStandardHelpOptions = true,
    versionProvider = Program.Version.class,
    usageHelpAutoWidth = true,
    sortOptions = false,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:done", "1:failed", "2:wrong usage"},
    synopsisHeading = "%n@|bold Usage:|@ ",
    descriptionHeading = "%n",
    parameterListHeading = "%n@|bold Arguments:|@%n",
    optionListHeading = "%n@|bold Options:|@%n",
    commandListHeading = "%n@|bold Commands:|@%n",
    footerHeading = "%n@|bold Examples:|@%n")
public abstract class Program implements Runnable {
  @Spec private CommandSpec spec;

  /** Parses and runs commands, and reports their exceptions. */
  protected final CommandLine commandLine(IExecutionExceptionHandler failures) {
    CommandLine commands =
        new CommandLine(this)
            .setParameterExceptionHandler(new UsageErrorHandler())
            .setExecutionExceptionHandler(failures);
    EnumWords.register(commands);
    return commands;
  }

  /** Runs the command in the arguments and ends the process. */
  protected static void main(CommandLine commands, String[] arguments) {
    Locale.setDefault(Locale.ROOT);
    silenceLibraries();
    PrintWriter out = utf8(FileDescriptor.out);
    PrintWriter err = utf8(FileDescriptor.err);
    LoadingBar loading = LoadingBar.install();
    IExecutionExceptionHandler failures = commands.getExecutionExceptionHandler();
    commands.setExecutionExceptionHandler(
        (failure, command, parsed) -> {
          loading.close();
          return failures.handleExecutionException(failure, command, parsed);
        });
    int exitCode = commands.setOut(out).setErr(err).execute(arguments);
    out.flush();
    err.flush();
    System.exit(exitCode);
  }

  /**
   * Switches logging off: outside Quarkus nothing starts the log manager that the SLF4J provider
   * needs.
   */
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
