package dev.panda.orchestrator.attack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.panda.api.generation.v1.GenerateRequest;
import dev.panda.api.generation.v1.Method;
import dev.panda.orchestrator.testing.TinyPanda;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A call that is quiet for two minutes, of a client that pings every ten seconds. */
@Tag("attack-slow")
@Attack
class BestOfNIT {
  private static final Duration QUIET = Duration.ofMinutes(2);
  private static final int STEP_MILLIS = 1000;
  private static final int RUNNING_MILLIS = 25;

  @Test
  void answersAClientThatPings(AttackedPanda panda) throws Exception {
    ManagedChannel client =
        NettyChannelBuilder.forAddress("127.0.0.1", panda.orchestrator().port())
            .usePlaintext()
            .keepAliveTime(10, TimeUnit.SECONDS)
            .build();
    GenerateRequest request =
        TinyPanda.prompt()
            .addPreferences(TinyPanda.named("kind"))
            .setMethod(Method.METHOD_BEST_OF_N)
            .setN(16)
            .setSeed(3)
            .setMaxTokens(600)
            .build();
    Generation generation = Generation.start(client, request);
    slowDown(panda.base(), generation);
    Outcome outcome = generation.outcome();
    client.shutdownNow();

    Figures.write(
        "best-of-16 under pings",
        "%s after %.0f s %s",
        outcome.code(),
        outcome.time().toMillis() / 1000.0,
        outcome.description());
    assertThat(outcome.code()).isEqualTo(Status.Code.OK);
    assertThat(outcome.time()).isGreaterThan(QUIET);
  }

  /** Lets a service run for a moment of each second, as if its model were large. */
  private static void slowDown(Service service, Generation generation) throws Exception {
    long end = System.nanoTime() + QUIET.toNanos();
    while (System.nanoTime() < end && !generation.hasEnded()) {
      service.process().suspend();
      TimeUnit.MILLISECONDS.sleep(STEP_MILLIS - RUNNING_MILLIS);
      service.process().resume();
      TimeUnit.MILLISECONDS.sleep(RUNNING_MILLIS);
    }
  }
}
