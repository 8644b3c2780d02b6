package dev.panda.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.panda.orchestrator.testing.ServiceProcess;
import dev.panda.orchestrator.testing.TinyPanda;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** {@code deploy/panda} in a checkout of its own, around what this build has packaged. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
@ExtendWith(TinyPanda.Shared.class)
class PandaScriptIT {
  private static final List<String> MODULES =
      List.of("base-model-service", "reward-service", "orchestrator");
  private static final String PACKAGE = "target/quarkus-app";

  private final TinyPanda tiny;
  @TempDir private Path checkout;

  PandaScriptIT(TinyPanda tiny) {
    this.tiny = tiny;
  }

  /** What the script did. */
  private record Ran(int exitCode, String output) {}

  @BeforeEach
  void link() throws IOException {
    Path repository = Path.of("..").toAbsolutePath().normalize();
    for (String module : MODULES) {
      Files.createDirectories(checkout.resolve(module).resolve("target"));
      Files.createSymbolicLink(
          checkout.resolve(module).resolve(PACKAGE), repository.resolve(module).resolve(PACKAGE));
    }
    Files.createFile(checkout.resolve("orchestrator/target/panda-built"));
    Files.createDirectories(checkout.resolve("deploy"));
    for (String file : List.of("deploy/panda", "deploy/help.txt")) {
      Files.copy(repository.resolve(file), checkout.resolve(file));
    }
  }

  /** Removes the links alone, before JUnit warns of what they lead to. */
  @AfterEach
  void stopAndUnlink() throws Exception {
    panda(List.of("down"));
    for (String module : MODULES) {
      Files.delete(checkout.resolve(module).resolve(PACKAGE));
    }
  }

  @Test
  void upServesARewardModelWithWeightsOfItsOwnBesideTheOthers() throws Exception {
    Ran started = panda(up(tiny.model(), "apart"));
    assertThat(started.exitCode()).as(started.output()).isZero();
    assertThat(started.output()).contains("Healthy:", "reward        127.0.0.1:");

    Ran status = panda(List.of("status"));
    assertThat(status.exitCode()).as(status.output()).isZero();
    assertThat(status.output()).containsPattern("reward +healthy");

    Ran answered =
        panda(
            List.of("generate", "Why?", "-p", "meaning", "-p", "apart=-0.5", "-n", "4", "--json"));
    assertThat(answered.exitCode()).as(answered.output()).isZero();
    assertThat(answered.output()).contains("\"meaning\"", "\"apart\"");
    assertThat(panda(List.of("down")).output())
        .contains("Stopped: orchestrator reward base-model.");
  }

  @Test
  void upServesRewardModelsApartFromTheBaseModelIfItIsTold() throws Exception {
    List<String> apart = new ArrayList<>(up(tiny.model(), "apart"));
    apart.add("--reward-service");
    Ran started = panda(apart);
    assertThat(started.exitCode()).as(started.output()).isZero();
    assertThat(started.output()).contains("reward        127.0.0.1:", "reward-apart  127.0.0.1:");

    Ran answered =
        panda(
            List.of("generate", "Why?", "-p", "meaning", "-p", "apart=-0.5", "-n", "4", "--json"));
    assertThat(answered.exitCode()).as(answered.output()).isZero();
    assertThat(panda(List.of("down")).output())
        .contains("Stopped: orchestrator reward reward-apart base-model.");
  }

  @Test
  void upServesARewardModelWithWeightsOfItsOwnAloneWhereThereIsNoOther() throws Exception {
    Path alone = checkout.resolve("home/models/alone");
    copyFiles(tiny.model(), alone);
    copyFiles(tiny.reward("apart"), alone.resolve("rewards/apart"));

    Ran started = panda(up(Path.of("alone"), "apart"));
    assertThat(started.exitCode()).as(started.output()).isZero();

    Ran answered = panda(List.of("generate", "Why?", "-p", "apart", "-n", "4", "--json"));
    assertThat(answered.exitCode()).as(answered.output()).isZero();
    assertThat(answered.output()).contains("\"apart\"");
    assertThat(panda(List.of("down")).output())
        .contains("Stopped: orchestrator reward base-model.");
  }

  @Test
  void upServesAModelWithoutRewardModels() throws Exception {
    copyFiles(tiny.model(), checkout.resolve("home/models/bare"));
    Path nameless = Files.createDirectories(checkout.resolve("bare")).resolve("config.json");
    Files.writeString(nameless, "not the model of that name");

    Ran started = panda(up(Path.of("bare")));
    assertThat(started.exitCode()).as(started.output()).isZero();
    assertThat(started.output())
        .contains("Healthy:", "No reward model is served", "train-reward -m bare")
        .doesNotContain("  reward ");
    sendTerminalSignals();
    Ran status = panda(List.of("status"));
    assertThat(status.exitCode()).as(status.output()).isZero();
    assertThat(status.output()).containsPattern("base-model +healthy").contains("No preferences:");

    assertThat(panda(List.of("generate", "Why?", "-n", "4")).exitCode()).isZero();
    Ran guided = panda(List.of("generate", "Why?", "-p", "meaning"));
    assertThat(guided.exitCode()).isEqualTo(2);
    assertThat(guided.output()).contains("no reward model is served", "train-reward");
    Ran demo = panda(List.of("demo", "--model", "bare"));
    assertThat(demo.exitCode()).isEqualTo(1);
    assertThat(demo.output()).contains("preferences served: none", "train-reward");
    assertThat(panda(List.of("down")).output()).contains("Stopped: orchestrator base-model.");
    assertThat(panda(List.of("status")).exitCode()).isEqualTo(1);
  }

  /** What a terminal sends at Ctrl-C and when it closes. */
  private void sendTerminalSignals() throws IOException, InterruptedException {
    for (String service : List.of("base-model", "orchestrator")) {
      String pid = Files.readString(checkout.resolve("home/run/" + service + ".pid")).strip();
      for (String signal : List.of("-INT", "-HUP")) {
        assertThat(new ProcessBuilder("kill", signal, pid).start().waitFor()).isZero();
      }
    }
  }

  @Test
  void helpNeedsNoBuild() throws Exception {
    Files.delete(checkout.resolve("orchestrator/target/panda-built"));

    Ran help = panda(List.of("--help"));
    assertThat(help.exitCode()).isZero();
    assertThat(help.output()).contains("Services:", "train-token-head", "generate");
    Ran unknown = panda(List.of("nope"));
    assertThat(unknown.exitCode()).isEqualTo(2);
    assertThat(unknown.output()).contains("unknown command: nope", "deploy/panda --help");
    Files.createFile(checkout.resolve("orchestrator/target/panda-built"));
  }

  @Test
  void modelsAreListedAndInspected() throws Exception {
    Ran help = panda(List.of("models", "--help"));
    assertThat(help.exitCode()).as(help.output()).isZero();
    assertThat(help.output()).contains("list", "inspect", "fetch");

    Ran inspected = panda(List.of("models", "inspect", tiny.model().toString()));
    assertThat(inspected.exitCode()).as(inspected.output()).isZero();
    assertThat(inspected.output()).contains("Architecture", "Memory", "meaning");
  }

  @Test
  void upRefusesAPreferenceThatIsNotThere() throws Exception {
    Ran ran = panda(up(tiny.model(), "nope"));
    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(ran.output())
        .contains(
            "--preference: nope (expected: a reward model of tiny, or a folder with reward.json)");
  }

  private static void copyFiles(Path folder, Path copy) throws IOException {
    Files.createDirectories(copy);
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.copy(file, copy.resolve(file.getFileName()));
      }
    }
  }

  private static List<String> up(Path model, String... preferences) {
    List<String> up = new ArrayList<>(List.of("up", "--model", model.toString()));
    for (String preference : preferences) {
      up.addAll(List.of("--preference", preference));
    }
    up.addAll(List.of("--threads", "1", "--numerics", "float32", "--memory", "512m"));
    for (String option : List.of("--port", "--http-port", "--base-model-port", "--reward-port")) {
      up.addAll(List.of(option, Integer.toString(ServiceProcess.freePort())));
    }
    return up;
  }

  private Ran panda(List<String> arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("bash", "deploy/panda"));
    command.addAll(arguments);
    Path output = checkout.resolve("output");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(checkout.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    Map<String, String> environment = builder.environment();
    environment.keySet().removeIf(name -> name.startsWith("PANDA_"));
    environment.put("PANDA_HOME", checkout.resolve("home").toString());
    int exitCode = builder.start().waitFor();
    return new Ran(exitCode, Files.readString(output, StandardCharsets.UTF_8));
  }
}
