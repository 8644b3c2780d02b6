package dev.panda.orchestrator.workshop.services;

import static dev.panda.orchestrator.workshop.Ran.panda;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.panda.orchestrator.workshop.Ran;
import dev.panda.orchestrator.workshop.cli.CommandFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServiceCommandsTest {
  @ParameterizedTest
  @CsvSource({
    "--numerics=int9, int8",
    "--device=gpu, cuda",
    "--threads=0, 1 or more",
    "--memory=much, 2g",
    "--start-timeout=1.5, seconds",
    "--port=70000, 1 to 65535",
    "--http-port=x, 1 to 65535",
    "--base-model-port=0, 1 to 65535",
    "--reward-port=8080, a port of its own",
    "--nope, --help"
  })
  void refusesAMalformedOption(String option, String expected) {
    Ran ran = panda("up", option);
    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(ran.err())
        .contains(option.split("=", -1)[0], expected)
        .endsWith("Try: deploy/panda up --help\n");
  }

  @Test
  void refusesAModelThatIsNotHereOrIsNone(@TempDir Path folder) {
    Ran absent = panda("up", "--model", "no-such-model");
    assertThat(absent.exitCode()).isEqualTo(1);
    assertThat(absent.err()).contains("model: no-such-model (expected: ", "models fetch smollm2");
    Ran none = panda("up", "--model", folder.toString());
    assertThat(none.exitCode()).isEqualTo(1);
    assertThat(none.err()).contains(folder + " holds no checkpoint");
  }

  @Test
  void upTellsWhichServiceHasEndedAndWhatToDo(@TempDir Path folder) throws Exception {
    RunFolder run = new RunFolder(folder);
    try (Scripted service = Scripted.waiting(run.mark("base-model"));
        Scripted ended = Scripted.waiting(run.mark("reward"))) {
      run.keep("base-model", service.pid());
      run.keep("reward", ended.pid());
      assertThatThrownBy(() -> UpCommand.requireNoneRuns(run))
          .hasMessage("already running: base-model reward");

      assertThat(ended.process().destroyForcibly().waitFor()).isNotZero();

      assertThatThrownBy(() -> UpCommand.requireNoneRuns(run))
          .isInstanceOfSatisfying(
              CommandFailure.class,
              failure ->
                  assertThat(failure.remedy())
                      .contains(
                          "deploy/panda down", "deploy/panda up", run.log("reward").toString()))
          .hasMessage("already running: base-model; ended since: reward");
    }
  }

  @Test
  void theScriptsHelpNamesEveryCommand() throws IOException {
    String help = Files.readString(Path.of("..", "deploy", "help.txt"));
    String script = Files.readString(Path.of("..", "deploy", "panda"));
    List<String> commands =
        panda("--help")
            .out()
            .lines()
            .dropWhile(line -> !line.contains("Commands:"))
            .skip(1)
            .takeWhile(line -> !line.isBlank())
            .filter(line -> line.matches("  \\S.*"))
            .map(line -> line.strip().split("[ ,]", 2)[0])
            .toList();
    assertThat(commands).contains("up", "down", "status", "demo", "generate");
    assertThat(commands)
        .allSatisfy(
            command -> {
              assertThat(help).containsPattern("(?m)^  " + command + "( |$)");
              assertThat(script).containsPattern("[ |]" + command + " \\|");
            });
  }
}
