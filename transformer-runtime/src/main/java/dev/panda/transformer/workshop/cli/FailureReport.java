package dev.panda.transformer.workshop.cli;

import dev.panda.transformer.checkpoint.CheckpointException;
import dev.panda.transformer.workshop.training.TrainingException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;

/**
 * Reports a command's exception: what happened and what to do, without a stack trace.
 *
 * @param plain exceptions of the command whose message is the whole report, in one or more lines;
 *     an IllegalArgumentException among them means wrong usage
 */
public record FailureReport(Set<Class<? extends Exception>> plain)
    implements IExecutionExceptionHandler {

  @Override
  public int handleExecutionException(
      Exception exception, CommandLine command, ParseResult parsed) {
    Ansi ansi = command.getColorScheme().ansi();
    List<String> lines = lines(exception);
    command.getErr().println(ansi.string("@|bold,red panda:|@ ") + lines.get(0));
    lines.stream().skip(1).forEach(line -> command.getErr().println("  " + line));
    command.getErr().flush();
    return exception instanceof IllegalArgumentException && isPlain(exception)
        ? command.getCommandSpec().exitCodeOnInvalidInput()
        : command.getCommandSpec().exitCodeOnExecutionException();
  }

  /** The lines of the report, headline first. */
  private List<String> lines(Exception exception) {
    if (exception instanceof TrainingException failure) {
      return Stream.concat(Stream.of(failure.getMessage()), failure.remedy().stream()).toList();
    }
    if (exception instanceof CheckpointException failure) {
      return List.of(
          failure.getMessage(),
          "`deploy/panda models list` shows what is here; `deploy/panda models fetch smollm2` brings"
              + " SmolLM2.");
    }
    if (exception instanceof UncheckedIOException failure) {
      return ofFile(failure.getCause());
    }
    if (exception instanceof IOException failure) {
      return ofFile(failure);
    }
    if (isPlain(exception)) {
      return exception.getMessage().lines().toList();
    }
    return List.of(
        exception.toString(),
        "This is a bug in panda. Please report it, together with the command.");
  }

  private boolean isPlain(Exception exception) {
    return plain.stream().anyMatch(kind -> kind.isInstance(exception));
  }

  private static List<String> ofFile(IOException failure) {
    if (failure instanceof AccessDeniedException) {
      return List.of("no access: " + failure.getMessage(), "Check the file's permissions.");
    }
    String reason =
        failure instanceof FileSystemException file && file.getReason() == null
            ? file.getClass().getSimpleName() + ": " + file.getMessage()
            : failure.getMessage();
    return List.of("reading or writing failed: " + reason, "Check the path and the disk.");
  }
}
