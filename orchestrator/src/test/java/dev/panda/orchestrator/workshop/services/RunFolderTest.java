package dev.panda.orchestrator.workshop.services;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunFolderTest {
  private static final ServiceSet SERVICES =
      new ServiceSet(
          Path.of("/models/tiny"),
          List.of(
              new Service("base-model", 1, 2),
              new Service("reward", 3, 4),
              new Service("reward-easy", 5, 6),
              new Service("orchestrator", 7, 8)));

  @TempDir private Path folder;
  private RunFolder run;

  @BeforeEach
  void begin() throws IOException {
    run = new RunFolder(folder.resolve("run"));
    run.begin(SERVICES);
  }

  @Test
  void knowsAProcessByItsMarkAlone() throws IOException {
    try (Scripted ours = Scripted.waiting("x".repeat(6000), run.mark("reward"));
        Scripted another = Scripted.waiting(run.mark("reward-easy"));
        Scripted stranger = Scripted.waiting()) {
      run.keep("reward", ours.pid());
      assertThat(run.process("reward")).map(ProcessHandle::pid).contains(ours.pid());
      assertThat(run.running()).containsExactly("reward");

      run.keep("reward", another.pid());
      assertThat(run.process("reward")).as("a service whose name begins so").isEmpty();
      run.keep("reward", stranger.pid());
      assertThat(run.process("reward")).isEmpty();
      assertThat(run.running()).isEmpty();
      assertThat(run.wasStarted("reward")).isTrue();
    }
  }

  @Test
  void aProcessThatEndedIsNone() throws Exception {
    try (Scripted ours = Scripted.waiting(run.mark("reward"))) {
      run.keep("reward", ours.pid());
      ours.process().destroyForcibly();
      ours.process().waitFor();
      assertThat(run.isRunning("reward")).isFalse();
    }
    Files.writeString(folder.resolve("run/orchestrator.pid"), "none\n");
    assertThat(run.isRunning("orchestrator")).isFalse();
    assertThat(run.isRunning("base-model")).isFalse();
  }

  @Test
  void listsServicesInTheOrderOfTheirStart() throws IOException {
    assertThat(run.started()).isEmpty();
    for (String service : List.of("orchestrator", "reward-easy", "reward", "base-model")) {
      run.keep(service, 1);
    }
    assertThat(run.started())
        .containsExactly("base-model", "reward", "reward-easy", "orchestrator");
  }

  @Test
  void tellsWhatWasStartedUntilItIsStopped() throws IOException {
    assertThat(run.settings()).contains(SERVICES);
    run.keep("reward", 1);
    Files.createFile(run.log("reward"));

    run.clear();

    assertThat(run.settings()).isEmpty();
    assertThat(run.started()).isEmpty();
    assertThat(run.log("reward")).exists();
  }

  @Test
  void onlyOneStartsServicesAtATime() throws IOException {
    try (FileChannel first = run.openLock();
        FileChannel second = run.openLock()) {
      assertThat(RunFolder.tryLock(first)).isTrue();
      assertThat(RunFolder.tryLock(second)).isFalse();
    }
    try (FileChannel later = run.openLock()) {
      assertThat(RunFolder.tryLock(later)).isTrue();
    }
  }

  @Test
  void deletesAllOfTheFolder() throws IOException {
    Files.createFile(run.log("reward"));
    run.delete();
    assertThat(run.folder()).doesNotExist();
    run.delete();
  }

  @Test
  void settingsThatAreNoneAreLeftAlone() throws IOException {
    Files.writeString(folder.resolve("run/settings"), "model=/m\nport=9000\nown[0]=easy\n");
    assertThat(run.settings()).isEmpty();
    assertThat(new RunFolder(folder.resolve("absent")).settings()).isEmpty();
    assertThat(new RunFolder(folder.resolve("absent")).started()).isEmpty();
  }
}
