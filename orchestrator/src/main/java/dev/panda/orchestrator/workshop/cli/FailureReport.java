package dev.panda.orchestrator.workshop.cli;

import dev.panda.answer.ErrorDetails;
import dev.panda.answer.ErrorDetails.Violation;
import dev.panda.orchestrator.serving.port.ServiceException;
import dev.panda.orchestrator.serving.port.ServiceException.Kind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;

/**
 * Reports the exception that ended a command: what happened and what to do, never a stack trace.
 */
public final class FailureReport implements IExecutionExceptionHandler {
  /** What grpc-java says of a server of HTTP/1, and of one of HTTP/2 that knows no gRPC. */
  private static final Pattern SPEAKS_HTTP =
      Pattern.compile("First received frame was not SETTINGS|HTTP status code \\d+");

  @Override
  public int handleExecutionException(
      Exception exception, CommandLine command, ParseResult parsed) {
    Ansi ansi = command.getColorScheme().ansi();
    List<String> lines = lines(exception);
    command.getErr().println(ansi.string("@|bold,red panda:|@ ") + lines.get(0));
    lines.stream().skip(1).forEach(line -> command.getErr().println("  " + line));
    command.getErr().flush();
    return isMisuse(exception)
        ? command.getCommandSpec().exitCodeOnInvalidInput()
        : command.getCommandSpec().exitCodeOnExecutionException();
  }

  private static boolean isMisuse(Exception exception) {
    return exception instanceof ServiceException failure
        && (failure.kind() == Kind.INVALID_REQUEST || failure.kind() == Kind.NOT_FOUND);
  }

  /** The lines of the report, the headline first. */
  public static List<String> lines(Exception exception) {
    if (exception instanceof CommandFailure failure) {
      return List.of(failure.getMessage(), failure.remedy());
    }
    if (exception instanceof ServiceException failure) {
      return ofOrchestrator(failure);
    }
    if (exception instanceof UncheckedIOException failure) {
      return ofFile(failure.getCause());
    }
    if (exception instanceof IOException failure) {
      return ofFile(failure);
    }
    return List.of(
        exception.toString(),
        "This is a mistake in panda itself; please report it together with the command.");
  }

  private static List<String> ofFile(IOException failure) {
    if (failure instanceof NoSuchFileException) {
      return List.of("no such file: " + failure.getMessage(), "Check the path.");
    }
    if (failure instanceof AccessDeniedException) {
      return List.of("no access: " + failure.getMessage(), "Check the file's permissions.");
    }
    return List.of(
        "reading or writing failed: " + failure.getMessage(), "Check the path and the disk.");
  }

  private static List<String> ofOrchestrator(ServiceException failure) {
    boolean silent = failure.details().equals(ErrorDetails.NONE);
    boolean unreachable = failure.kind() == Kind.UNREACHABLE;
    boolean tooLate = failure.kind() == Kind.TIMED_OUT;
    if (silent && SPEAKS_HTTP.matcher(failure.reason()).find()) {
      return List.of(
          "no orchestrator answers: that address answers in HTTP, not in gRPC",
          "--endpoint takes the orchestrator's gRPC port, 127.0.0.1:9000 unless you chose another"
              + " (`deploy/panda status` tells it); its HTTP port, 8080, only reports health.");
    }
    if (unreachable && silent) {
      return List.of(
          "no orchestrator answers: " + failure.reason(),
          "Start the services with `deploy/panda up`, or name another orchestrator with --endpoint"
              + " HOST:PORT.");
    }
    List<String> lines = new ArrayList<>();
    lines.add(tooLate && silent ? "no answer within the deadline" : failure.reason());
    failure.details().violations().forEach(violation -> addViolation(violation, lines));
    failure
        .details()
        .retryDelay()
        .ifPresent(delay -> lines.add("Try again in " + Math.max(1, delay.toSeconds()) + " s."));
    if (failure.kind() == Kind.BREACH) {
      lines.add("That address has no orchestrator, or an older one (--endpoint HOST:PORT).");
    }
    if (tooLate) {
      lines.add("Ask for less (--max-tokens), or give it longer (--deadline).");
    }
    if (unreachable) {
      lines.add("`deploy/panda status` tells which services run.");
    }
    return lines.stream().map(OptionNames::of).toList();
  }

  /** Whether prompt and response together are longer than the model's context. */
  public static boolean isOutOfRoom(ServiceException failure) {
    return failure.reason().startsWith("prompt: ")
        || (failure.reason().startsWith("max_tokens: ")
            && failure.reason().contains("context length"));
  }

  /** Adds a violation unless an earlier line says the same. */
  private static void addViolation(Violation violation, List<String> lines) {
    String line =
        violation.description().startsWith(violation.field() + ":")
            ? violation.description()
            : violation.field() + ": " + violation.description();
    if (lines.stream().noneMatch(said -> said.contains(line))) {
      lines.add(line);
    }
  }
}
