package dev.panda.orchestrator.workshop.services;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class StopTest {
  private final StringWriter said = new StringWriter();
  @TempDir private Path folder;

  private Stop stop(Duration patience) {
    return new Stop(new RunFolder(folder), patience, new PrintWriter(said, true));
  }

  @Test
  void stopsItsServicesTheOrchestratorFirstAndNoStranger() throws Exception {
    RunFolder run = new RunFolder(folder);
    try (Scripted base = Scripted.waiting(run.mark("base-model"));
        Scripted own = Scripted.waiting(run.mark("reward-easy"));
        Scripted orchestrator = Scripted.waiting(run.mark("orchestrator"));
        Scripted stranger = Scripted.waiting()) {
      run.keep("base-model", base.pid());
      run.keep("reward-easy", own.pid());
      run.keep("orchestrator", orchestrator.pid());
      run.keep("reward", stranger.pid());

      assertThat(stop(Duration.ofSeconds(30)).all())
          .containsExactly("orchestrator", "reward-easy", "base-model");

      assertThat(base.process().isAlive() || own.process().isAlive()).isFalse();
      assertThat(stranger.process().isAlive()).isTrue();
      assertThat(run.started()).isEmpty();
      assertThat(said.toString()).isEmpty();
    }
  }

  @Test
  void killsAServiceThatDoesNotStop() throws Exception {
    RunFolder run = new RunFolder(folder);
    try (Scripted stubborn = Scripted.stubborn(run.mark("reward"))) {
      run.keep("reward", stubborn.pid());

      assertThat(stop(Duration.ofMillis(300)).all()).containsExactly("reward");

      assertThat(stubborn.process().waitFor()).isEqualTo(128 + 9);
      assertThat(said.toString()).startsWith("reward did not stop within 0 s; ending it.");
    }
  }

  @Test
  void whereNothingRunsThereIsNothingToStop() {
    assertThat(stop(Duration.ofSeconds(1)).all()).isEmpty();
  }
}
