package dev.panda.orchestrator.workshop.cli;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.BadRequest;
import com.google.rpc.RetryInfo;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;

/** Reports what a command threw: what happened, what to do, never a stack trace. */
public final class FailureReport implements IExecutionExceptionHandler {

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
    return exception instanceof StatusRuntimeException failure
        && switch (failure.getStatus().getCode()) {
          case INVALID_ARGUMENT, NOT_FOUND -> true;
          default -> false;
        };
  }

  /** The report, the headline first. */
  public static List<String> lines(Exception exception) {
    if (exception instanceof CommandFailure failure) {
      return List.of(failure.getMessage(), failure.remedy());
    }
    if (exception instanceof StatusRuntimeException failure) {
      return ofStatus(failure);
    }
    if (exception instanceof UncheckedIOException failure) {
      return ofFile(failure.getCause());
    }
    if (exception instanceof IOException failure) {
      return ofFile(failure);
    }
    return List.of(
        exception.toString(),
        "This is a mistake in panda itself; please report it with the command.");
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

  private static List<String> ofStatus(StatusRuntimeException failure) {
    Status status = failure.getStatus();
    com.google.rpc.Status details = StatusProto.fromThrowable(failure);
    boolean fromService = details != null && details.getDetailsCount() > 0;
    if (status.getCode() == Status.Code.UNAVAILABLE && !fromService) {
      return List.of(
          "no orchestrator answers: " + describe(status),
          "Start the services with `deploy/panda up`, or name another orchestrator with --endpoint"
              + " HOST:PORT.");
    }
    List<String> lines = new ArrayList<>();
    boolean tooLate = status.getCode() == Status.Code.DEADLINE_EXCEEDED;
    lines.add(tooLate && !fromService ? "no answer within the deadline" : describe(status));
    if (fromService) {
      details.getDetailsList().forEach(detail -> addDetail(detail, lines));
    }
    if (status.getCode() == Status.Code.UNIMPLEMENTED && !fromService) {
      lines.add("What answers there is no orchestrator, or an older one (--endpoint HOST:PORT).");
    }
    if (tooLate) {
      lines.add("Ask for less (--max-tokens), or give it longer (--deadline).");
    }
    if (status.getCode() == Status.Code.UNAVAILABLE) {
      lines.add("`deploy/panda status` tells which services run.");
    }
    return lines.stream().map(OptionNames::of).toList();
  }

  /** Whether prompt and response together are longer than what the model takes. */
  public static boolean isOutOfRoom(StatusRuntimeException failure) {
    String refusal = describe(failure.getStatus());
    return refusal.startsWith("prompt: ")
        || (refusal.startsWith("max_tokens: ") && refusal.contains("context length"));
  }

  private static void addDetail(Any detail, List<String> lines) {
    try {
      if (detail.is(BadRequest.class)) {
        detail
            .unpack(BadRequest.class)
            .getFieldViolationsList()
            .forEach(violation -> addViolation(violation, lines));
      }
      if (detail.is(RetryInfo.class)) {
        var delay = detail.unpack(RetryInfo.class).getRetryDelay();
        lines.add("Try again in " + Math.max(1, delay.getSeconds()) + " s.");
      }
    } catch (InvalidProtocolBufferException unreadable) {
      lines.add("(the error's details can't be read: " + unreadable.getMessage() + ")");
    }
  }

  /** Adds what the headline doesn't say already. */
  private static void addViolation(BadRequest.FieldViolation violation, List<String> lines) {
    String line =
        violation.getDescription().startsWith(violation.getField() + ":")
            ? violation.getDescription()
            : violation.getField() + ": " + violation.getDescription();
    if (lines.stream().noneMatch(said -> said.contains(line))) {
      lines.add(line);
    }
  }

  private static String describe(Status status) {
    Throwable cause = status.getCause();
    String description =
        status.getDescription() == null ? status.getCode().name() : status.getDescription();
    return cause == null || cause.getMessage() == null
        ? description
        : description + " (" + cause.getMessage() + ")";
  }
}
