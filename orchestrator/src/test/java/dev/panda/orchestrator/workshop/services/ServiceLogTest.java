package dev.panda.orchestrator.workshop.services;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServiceLogTest {
  @TempDir private Path folder;

  private ServiceLog log(String text) throws IOException {
    return new ServiceLog(Files.writeString(folder.resolve("base-model.log"), text));
  }

  @Test
  void tellsTheLastWordOnLoading() throws IOException {
    ServiceLog log =
        log(
            """
            2026-01-01 INFO  [ParallelLoad] (engine) loading: 7 % of 1,776 million weights
            2026-01-01 INFO  [ParallelLoad] (engine) loading: 69 % of 1,776 million weights
            """);

    assertThat(log.loading()).contains(new ServiceLog.Loading(69, "69 % of 1,776 million weights"));
    assertThat(log.numerics()).isEmpty();
  }

  @Test
  void tellsTheFormatOnceTheWeightsAreLoaded() throws IOException {
    ServiceLog log =
        log(
            """
            2026-01-01 INFO  [ParallelLoad] (engine) loading: 69 % of 1,776 million weights
            2026-01-01 INFO  [ServingWeights] (engine) loaded: weights as int8 in 3.5 s
            """);

    assertThat(log.numerics()).contains("int8");
    assertThat(log.loading()).contains(new ServiceLog.Loading(100, "loaded"));
  }

  @Test
  void aLogThatSaysNothingOrIsNotThereIsNoFailure() throws IOException {
    assertThat(log("started\n").loading()).isEmpty();
    ServiceLog none = new ServiceLog(folder.resolve("none.log"));
    assertThat(none.loading()).isEmpty();
    assertThat(none.numerics()).isEmpty();
    assertThat(none.lastWords(3)).singleElement().asString().startsWith("(no log: ");
  }
}
