package dev.panda.orchestrator.workshop.services;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.panda.orchestrator.workshop.cli.CommandFailure;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class StartTest {
  private final StringWriter said = new StringWriter();
  @TempDir private Path root;

  @Test
  void aServiceThatEndsAtItsStartLeavesItsLastWordsAndNoOther() throws Exception {
    RunFolder run = new RunFolder(root.resolve("run"));

    assertThatThrownBy(() -> start(run, Duration.ofSeconds(90)))
        .isInstanceOfSatisfying(
            CommandFailure.class,
            failure -> assertThat(failure.remedy()).contains("The whole log: " + root))
        .hasMessageContaining("service ended while it started; its last words stand above");

    assertThat(said.toString()).contains("Unable to access jarfile", "--- ");
    assertThat(run.started()).isEmpty();
    assertThat(run.settings()).isEmpty();
  }

  @Test
  void aServiceThatIsNotHealthyInTimeIsStopped() throws Exception {
    RunFolder run = new RunFolder(root.resolve("run"));

    assertThatThrownBy(() -> start(run, Duration.ZERO))
        .isInstanceOfSatisfying(
            CommandFailure.class,
            failure -> assertThat(failure.remedy()).contains("--start-timeout"))
        .hasMessageContaining("isn't healthy after 0 s");

    assertThat(run.started()).isEmpty();
  }

  /** There is no package to run: each service ends at once. */
  private void start(RunFolder run, Duration patience) throws IOException, InterruptedException {
    ServicePlan plan =
        ServicePlan.of(
            root,
            new RewardPlan(List.of(), List.of()),
            new Ports.Chosen(29100, 28180, 29101, 29102).orNextFree(),
            new ServiceOptions.Tuning(Optional.empty(), Optional.empty(), Optional.empty(), "64m"));
    try (Start start =
        new Start(new Installation(root, Map.of()), run, new PrintWriter(said, true))) {
      start.start(plan, patience);
    }
  }
}
