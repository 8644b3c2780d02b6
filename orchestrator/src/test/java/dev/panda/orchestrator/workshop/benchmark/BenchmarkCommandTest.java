package dev.panda.orchestrator.workshop.benchmark;

import static dev.panda.orchestrator.workshop.Ran.panda;
import static org.assertj.core.api.Assertions.assertThat;

import dev.panda.api.generation.v1.GenerateRequest;
import dev.panda.api.generation.v1.Method;
import dev.panda.orchestrator.testing.FakeServices;
import dev.panda.orchestrator.workshop.Ran;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class BenchmarkCommandTest {
  @Test
  void benchmarkRunsItsContendersInTurnAndCountsAllButTheFirstRound() throws IOException {
    try (FakeServices services = FakeServices.serving("kind")) {
      Ran ran = panda("benchmark", "--rounds", "2", "-n", "5", "--endpoint", services.endpoint());
      assertThat(ran.exitCode()).isZero();
      assertThat(ran.out()).contains("preference kind", "medians of 2 rounds", "PANDA, not pruned");
      assertThat(services.requests()).hasSize(9);
      assertThat(services.requests().subList(3, 6))
          .isEqualTo(services.requests().subList(0, 3))
          .extracting(GenerateRequest::getMethod)
          .containsExactly(Method.METHOD_GREEDY, Method.METHOD_PANDA, Method.METHOD_PANDA);
      assertThat(services.requests().get(2).getNoPruning()).isTrue();
    }
  }

  @Test
  void benchmarkOfOneRoundHasNoMedian() throws IOException {
    try (FakeServices services = FakeServices.serving("kind")) {
      Ran ran = panda("benchmark", "--rounds", "1", "--endpoint", services.endpoint());
      assertThat(ran.out()).contains("k = 10, one round, milliseconds");
    }
  }
}
