package dev.panda.transformer.workshop.cli;

import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Reports wrong usage of a command: the error, suggestions, and how to get help. */
final class UsageErrorHandler implements IParameterExceptionHandler {

  @Override
  public int handleParseException(ParameterException misuse, String[] arguments) {
    CommandLine command = misuse.getCommandLine();
    Ansi ansi = command.getColorScheme().ansi();
    PrintWriter err = command.getErr();
    err.println(ansi.string("@|bold,red panda:|@ ") + inWords(misuse.getMessage()));
    UnmatchedArgumentException.printSuggestions(misuse, err);
    err.println("Try: " + command.getCommandSpec().qualifiedName() + " --help");
    err.flush();
    return command.getCommandSpec().exitCodeOnInvalidInput();
  }

  /** Replaces the Java type names in picocli's messages. */
  private static String inWords(String message) {
    return message
        .replaceFirst("' is not an? (int|long)$", "' (expected: a whole number)")
        .replaceFirst("' is not an? (float|double)$", "' (expected: a number)");
  }
}
