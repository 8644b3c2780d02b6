package dev.panda.orchestrator.workshop.services;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.panda.orchestrator.workshop.cli.CommandFailure;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class StartTest {
  private static final Duration LONG = Duration.ofSeconds(90);

  private final StringWriter said = new StringWriter();
  private final PrintWriter err = new PrintWriter(said, true);
  @TempDir private Path root;
  private RunFolder run;

  @BeforeEach
  void chooseFolder() {
    run = new RunFolder(root.resolve("run"));
  }

  private Start begin(String options) {
    return new Start(launcher(Map.of("PANDA_JAVA_OPTIONS", options)), err, () -> {});
  }

  private Launcher launcher(Map<String, String> environment) {
    return new Launcher(new Installation(root, environment), run);
  }

  private ServicePlan plan() {
    return ServicePlan.of(
        root,
        new RewardPlan(false, List.of(), List.of()),
        new Ports.Chosen(29100, 28180, 29101, 29102).orNextFree(),
        new ServiceOptions.Tuning(Optional.empty(), Optional.empty(), Optional.empty(), "64m"));
  }

  @Test
  void servicesThatAreHealthyAreLeftRunning() throws Exception {
    PretendService.install(root);
    ServicePlan plan = plan();
    StartReport report;
    try (Start start = begin("")) {
      report = start.start(plan, LONG);
      start.leaveRunning();
    }

    assertThat(run.running()).containsExactly("base-model", "orchestrator");
    assertThat(run.settings()).contains(plan.services());
    assertThat(report.healthyAfter()).containsOnlyKeys("base-model", "orchestrator");
    assertThat(report.lines())
        .satisfiesExactly(
            headline -> assertThat(headline).isEqualTo("Healthy:"),
            line -> assertThat(line).matches("  base-model    127[.:\\d]+ +[\\d.]+ s +\\d+ MB"),
            line -> assertThat(line).startsWith("  orchestrator  127.0.0.1:"));
    assertThat(Stop.of(run, err).all()).containsExactly("orchestrator", "base-model");
    assertThat(run.running()).isEmpty();
    assertThat(said.toString()).doesNotContain("---");
  }

  @Test
  void servicesThatWereLentAreStopped() throws Exception {
    PretendService.install(root);
    try (Start start = begin("")) {
      start.start(plan(), LONG);
      assertThat(run.running()).hasSize(2);
    }

    assertThat(run.running()).isEmpty();
    assertThat(run.settings()).isEmpty();
  }

  @Test
  void ifTheProcessIsEndedItStopsTheServicesDeletesTheFolderAndReportsNothing() throws Exception {
    PretendService.install(root);
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            Lending.class.getName(),
            root.toString());
    Process lending = new ProcessBuilder(command).redirectErrorStream(true).start();
    try (BufferedReader lines = lending.inputReader()) {
      assertThat(lines.readLine()).isEqualTo("lent");
      assertThat(run.running()).hasSize(2);

      lending.toHandle().destroy(); // unlike the process's own method, it leaves the output open

      assertThat(lines.readLine()).isNull();
      assertThat(lending.waitFor()).isEqualTo(128 + 15);
      assertThat(run.folder()).doesNotExist();
    } finally {
      lending.destroyForcibly();
      Stop.of(run, err).all();
    }
  }

  /** Uses services until they fail, as a command does. */
  static final class Lending {
    private Lending() {}

    /** Takes the root. */
    public static void main(String[] arguments) throws Exception {
      StartTest test = new StartTest();
      test.root = Path.of(arguments[0]);
      test.chooseFolder();
      try (Start start = new Start(test.launcher(Map.of()), test.err, test.run::delete)) {
        start.start(test.plan(), LONG);
        System.out.println("lent");
        test.run.process("orchestrator").orElseThrow().onExit().join();
        throw new CommandFailure("no orchestrator answers", "");
      } catch (CommandFailure failure) {
        System.out.println("panda: " + failure.getMessage());
      }
    }
  }

  @Test
  void aServiceThatIsNotHealthyInTimeIsStopped() throws IOException {
    PretendService.install(root);

    assertThatThrownBy(() -> start("-Dill=true", Duration.ofSeconds(1)))
        .isInstanceOfSatisfying(
            CommandFailure.class,
            failure -> assertThat(failure.remedy()).contains("--start-timeout"))
        .hasMessage("the base-model service isn't healthy after 1 s");

    assertThat(run.started()).isEmpty();
  }

  @Test
  void aServiceThatEndsAtItsStartLeavesItsLastWordsAndNoOther() {
    assertThatThrownBy(() -> start("", LONG))
        .isInstanceOfSatisfying(
            CommandFailure.class,
            failure -> assertThat(failure.remedy()).startsWith("The whole log: " + root))
        .hasMessageContaining("service ended while it started; its last words stand above");

    assertThat(said.toString()).contains("Unable to access jarfile", "--- ");
    assertThat(run.started()).isEmpty();
    assertThat(run.settings()).isEmpty();
  }

  private void start(String options, Duration patience) throws IOException, InterruptedException {
    try (Start start = begin(options)) {
      start.start(plan(), patience);
    }
  }
}
