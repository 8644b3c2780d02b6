package dev.panda.transformer.workshop.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.panda.transformer.checkpoint.CheckpointException;
import dev.panda.transformer.workshop.training.TrainingException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.util.Set;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;

class FailureReportTest {
  private final StringWriter err = new StringWriter();

  /** The exit code of a command that throws the exception. */
  private int report(Exception failure, Set<Class<? extends Exception>> plain) {
    return new CommandLine(new Failing(failure))
        .setExecutionExceptionHandler(new FailureReport(plain))
        .setErr(new PrintWriter(err, true))
        .execute();
  }

  private int report(Exception failure) {
    return report(failure, Set.of());
  }

  @Test
  void saysWhatHappenedAndWhatToDo() {
    assertThat(report(new TrainingException("pairs: none (expected: some)", "Give more."))).isOne();
    assertThat(err.toString())
        .isEqualToIgnoringNewLines("panda: pairs: none (expected: some)  Give more.");
  }

  @Test
  void addsNoRemedyIfTheMessageHasOne() {
    assertThat(report(new TrainingException("pairs: none (expected: some)"))).isOne();
    assertThat(err.toString().strip()).isEqualTo("panda: pairs: none (expected: some)");
  }

  @Test
  void tellsWhereModelsAre() {
    assertThat(report(new CheckpointException("model: nowhere"))).isOne();
    assertThat(err.toString()).contains("panda: model: nowhere", "`deploy/panda models list`");
  }

  @Test
  void tellsOfFilesWithoutAccess() {
    assertThat(report(new UncheckedIOException(new AccessDeniedException("/there")))).isOne();
    assertThat(err.toString()).contains("no access: /there", "permissions");
  }

  @Test
  void reportsUnforeseenExceptionsAsBugs() {
    assertThat(report(new IllegalArgumentException("k: 0"))).isOne();
    assertThat(err.toString()).contains("k: 0", "a bug in panda").doesNotContain("\tat ");
  }

  @Test
  void reportsPlainIllegalArgumentsAsWrongUsage() {
    assertThat(report(new NumberFormatException("k: x"), Set.of(IllegalArgumentException.class)))
        .isEqualTo(2);
    assertThat(err.toString().strip()).isEqualTo("panda: k: x");
  }

  @Test
  void indentsTheLinesBelowThePlainHeadline() {
    assertThat(report(new ArithmeticException("a: b\nDo c."), Set.of(ArithmeticException.class)))
        .isOne();
    assertThat(err.toString().lines()).containsExactly("panda: a: b", "  Do c.");
  }

  @Command(name = "failing")
  private record Failing(Exception failure) implements Callable<Integer> {
    @Override
    public Integer call() throws Exception {
      throw failure;
    }
  }
}
