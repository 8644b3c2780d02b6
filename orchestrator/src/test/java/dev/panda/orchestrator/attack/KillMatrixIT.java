package dev.panda.orchestrator.attack;

import static dev.panda.orchestrator.attack.AttackedPanda.aligned;
import static org.assertj.core.api.Assertions.assertThat;

import dev.panda.api.generation.v1.GenerateRequest;
import dev.panda.orchestrator.testing.TinyPanda;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each service is killed at each moment of a generation. */
@Attack
class KillMatrixIT {
  private static final int LONG_PROMPT = 1500;

  private final AttackedPanda panda;

  KillMatrixIT(AttackedPanda panda) {
    this.panda = panda;
  }

  /** When a service is killed. */
  enum Moment {
    OPEN,
    PREFILL,
    MIDWAY
  }

  @ParameterizedTest
  @CsvSource({"0, PREFILL", "1, MIDWAY", "3, MIDWAY"})
  void quick(int service, Moment moment) throws Exception {
    kill(service, moment);
  }

  @Tag("attack-slow")
  @ParameterizedTest
  @CsvSource({
    "0, OPEN", "0, PREFILL", "0, MIDWAY",
    "1, OPEN", "1, PREFILL", "1, MIDWAY",
    "2, OPEN", "2, PREFILL", "2, MIDWAY",
    "3, OPEN", "3, PREFILL", "3, MIDWAY"
  })
  void whole(int service, Moment moment) throws Exception {
    kill(service, moment);
  }

  /** The client learns of it, nothing hangs, and the next generation works. */
  private void kill(int index, Moment moment) throws Exception {
    Service victim = panda.services().get(index);
    ManagedChannel client = panda.orchestrator().connect();
    assertThat(Generation.start(client, aligned(4)).outcome().code()).isEqualTo(Status.Code.OK);

    List<Generation> running =
        Generation.start(4, client, moment == Moment.MIDWAY ? aligned(1000) : longPrompt());
    if (moment == Moment.MIDWAY) {
      running.forEach(Generation::begun);
    } else {
      Thread.sleep(moment == Moment.OPEN ? 2 : 40);
    }
    victim.process().kill();
    List<Outcome> outcomes = Generation.outcomes(running);
    victim.start();
    Outcome next = Recovery.of(client).outcome();

    Figures.write(
        "kill " + name(index) + ", " + moment,
        "%s; ended after %.1f s; next: %s",
        Outcome.count(outcomes),
        Outcome.slowest(outcomes),
        next.code());
    assertThat(next.code()).isEqualTo(Status.Code.OK);
    Outcome.assertAll(
        outcomes,
        outcome ->
            victim == panda.orchestrator()
                ? outcome.code() == Status.Code.UNAVAILABLE
                : outcome.isRefusedWithHint(Status.Code.UNAVAILABLE)
                    && outcome.description().contains(victim.address()));
  }

  private String name(int index) {
    return List.of("base", "first reward", "second reward", "orchestrator").get(index);
  }

  private static GenerateRequest longPrompt() {
    int[] prompt = new int[LONG_PROMPT];
    for (int i = 0; i < prompt.length; i++) {
      prompt[i] = 40 + i % 200;
    }
    return aligned(200).toBuilder().setTokens(TinyPanda.ids(prompt)).build();
  }
}
