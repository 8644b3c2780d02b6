package dev.panda.orchestrator.attack;

import static dev.panda.orchestrator.attack.AttackedPanda.aligned;
import static org.assertj.core.api.Assertions.assertThat;

import dev.panda.api.generation.v1.GenerationServiceGrpc;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Prompts of four million token ids while the base-model service is away. */
@Attack
class TokenIdsFloodIT {
  @Test
  void theOrchestratorKeepsItsMemory(AttackedPanda panda) throws Exception {
    panda.base().process().kill();
    byte[] request = Messages.numbers(3, 1);
    List<CompletableFuture<Outcome>> calls = new ArrayList<>();
    for (int i = 0; i < 64; i++) {
      calls.add(
          Call.start(
              panda.orchestrator().connect(),
              GenerationServiceGrpc.getGenerateMethod(),
              CallOptions.DEFAULT,
              request));
    }
    List<Outcome> outcomes = Call.outcomes(calls);
    String output = panda.orchestrator().process().output();
    panda.base().start();
    ManagedChannel client = panda.orchestrator().connect();
    Outcome next = Recovery.of(client).outcome();

    Figures.write(
        "64 x 4 million token ids",
        "%s; slowest %.1f s; OutOfMemoryError: %s; next: %s",
        Outcome.count(outcomes),
        Outcome.slowest(outcomes),
        output.contains("OutOfMemoryError"),
        next.code());
    Outcome.assertAll(
        outcomes,
        outcome ->
            outcome.code() == Status.Code.INVALID_ARGUMENT
                || outcome.isRefusedWithHint(Status.Code.UNAVAILABLE)
                || outcome.isRefusedWithHint(Status.Code.RESOURCE_EXHAUSTED));
    assertThat(output).doesNotContain("OutOfMemoryError");
    assertThat(Generation.start(client, aligned(4)).outcome().isOk()).isTrue();
  }
}
