package dev.panda.reward.cli;

import dev.panda.reward.head.RewardModelException;
import dev.panda.reward.training.TrainingException;
import dev.panda.transformer.checkpoint.CheckpointException;
import java.io.UncheckedIOException;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;

/** Reports what a command threw: what happened, what to do, never a stack trace. */
final class FailureReport implements IExecutionExceptionHandler {

  @Override
  public int handleExecutionException(
      Exception exception, CommandLine command, ParseResult parsed) {
    Ansi ansi = command.getColorScheme().ansi();
    command.getErr().println(ansi.string("@|bold,red panda:|@ ") + message(exception));
    command.getErr().flush();
    return exception instanceof IllegalArgumentException
        ? command.getCommandSpec().exitCodeOnInvalidInput()
        : command.getCommandSpec().exitCodeOnExecutionException();
  }

  private static String message(Exception exception) {
    if (exception instanceof TrainingException
        || exception instanceof CheckpointException
        || exception instanceof RewardModelException
        || exception instanceof IllegalArgumentException) {
      return exception.getMessage();
    }
    if (exception instanceof UncheckedIOException failure) {
      return failure.getMessage() + ": " + failure.getCause().getMessage();
    }
    return exception
        + System.lineSeparator()
        + "  This is a mistake in panda itself; please report it with the command.";
  }
}
