package dev.panda.orchestrator.workshop.services;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code deploy/panda} with programs in place of Java and Maven that say how they were called. */
@Timeout(60)
class PandaScriptTest {
  private static final String JAVA =
      """
      #!/bin/sh
      if [ "$1" = -version ]; then echo 'version "17.0.1"' >&2; else echo "home: $PANDA_HOME"; fi
      """;

  @TempDir private Path root;

  private record Ran(int exitCode, String output) {}

  @BeforeEach
  void checkOut() throws IOException {
    root = root.toRealPath();
    Files.createDirectories(root.resolve("deploy"));
    Files.copy(Path.of("..", "deploy", "panda"), root.resolve("deploy/panda"));
    program("java", JAVA);
    program("javac", "#!/bin/sh\n");
    program("mvn", "#!/bin/sh\nexit 1\n");
  }

  private void program(String name, String script) throws IOException {
    Path file = Files.createDirectories(root.resolve("jdk/bin")).resolve(name);
    Files.writeString(file, script);
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }

  /** A build that is older than a source. */
  private void build() throws IOException {
    for (String module : List.of("base-model-service", "reward-service", "orchestrator")) {
      Path app = Files.createDirectories(root.resolve(module).resolve("target/quarkus-app"));
      Files.createFile(app.resolve("quarkus-run.jar"));
    }
    Path stamp = Files.createFile(root.resolve("orchestrator/target/panda-built"));
    Files.setLastModifiedTime(stamp, FileTime.fromMillis(0));
    Files.createFile(root.resolve("pom.xml"));
  }

  private Ran panda(String home, String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("bash", "deploy/panda"));
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(root.toFile()).redirectErrorStream(true);
    Map<String, String> environment = builder.environment();
    environment.put("PANDA_HOME", home);
    environment.put("JAVA_HOME", root.resolve("jdk").toString());
    environment.put("PATH", root.resolve("jdk/bin") + ":" + environment.get("PATH"));
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Ran(process.waitFor(), output);
  }

  @ParameterizedTest
  @ValueSource(strings = {"data", "./data/", "%s/data/", "/%s/none/..//data/."})
  void doesNotBuildUnderServicesHoweverTheirHomeIsWritten(String home) throws Exception {
    build();
    RunFolder run = new RunFolder(root.resolve("data/run"));
    Files.createDirectories(run.folder());
    Files.createDirectories(root.resolve("none"));
    try (Scripted service = Scripted.waiting(run.mark("reward"), "-jar")) {
      run.keep("reward", service.pid());

      Ran ran = panda(home.formatted(root), "generate");

      assertThat(ran.output())
          .contains("but services run on it", "home: " + root.resolve("data") + "\n");
      assertThat(ran.exitCode()).isZero();
    }
  }

  @Test
  void leavesAHomeThatIsNoneAlone() throws Exception {
    build();
    assertThat(panda("", "down").output()).isEqualTo("home: \n");
  }

  @Test
  void saysThatNothingRunsWithoutABuild() throws Exception {
    Ran down = panda("data", "down");
    assertThat(down.exitCode()).isZero();
    assertThat(down.output()).isEqualTo("Nothing runs that `deploy/panda up` started.\n");
    Ran status = panda("data", "status");
    assertThat(status.exitCode()).isEqualTo(1);
    assertThat(status.output())
        .isEqualTo(
            """
            base-model    not running
            reward        not running
            orchestrator  not running
            """);
  }

  @Test
  void buildsForServicesThatWereStartedAndForHelp() throws Exception {
    assertThat(panda("data", "status", "--help").output()).contains("the build failed");
    Files.createDirectories(root.resolve("data/run"));
    Files.createFile(root.resolve("data/run/reward.pid"));
    assertThat(panda("data", "down").output()).contains("the build failed");
  }
}
