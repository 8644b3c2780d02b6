package dev.panda.orchestrator.attack;

import static dev.panda.orchestrator.attack.AttackedPanda.aligned;
import static dev.panda.orchestrator.attack.AttackedPanda.unaligned;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Five hundred generations whose clients go away, each at its own moment. */
@Attack
class CancelStormIT {
  private static final int GENERATIONS = 500;
  private static final int AT_A_TIME = 50;
  private static final int LATEST_MILLIS = 200;

  @Test
  void leavesNothingOpenAndTheSameAnswer(AttackedPanda panda) throws InterruptedException {
    ManagedChannel client = panda.orchestrator().connect();
    List<Integer> before = answer(client);
    Random random = new Random(3);
    int midway = 0;
    for (int i = 0; i < GENERATIONS / AT_A_TIME; i++) {
      midway += storm(client, random);
    }

    List<Status.Code> room = Sequence.fillCaches(panda);
    Figures.write(
        "cancel storm of 500",
        "%d cancelled midway; afterwards a whole cache of sequences: %s",
        midway,
        room);
    assertThat(room).containsExactly(Status.Code.OK);
    assertThat(answer(client)).isEqualTo(before);
  }

  private static List<Integer> answer(ManagedChannel client) {
    Generation generation = Generation.start(client, aligned(32));
    assertThat(generation.outcome().code()).isEqualTo(Status.Code.OK);
    return generation.tokens();
  }

  /** Cancels each after a random time; how many had sent a token. */
  private static int storm(ManagedChannel client, Random random) throws InterruptedException {
    List<Generation> generations = new ArrayList<>();
    for (int i = 0; i < AT_A_TIME; i++) {
      int maxTokens = 1 + random.nextInt(200);
      generations.add(
          Generation.start(client, i % 2 == 0 ? aligned(maxTokens) : unaligned(maxTokens)));
    }
    int midway = 0;
    for (Generation generation : generations) {
      Thread.sleep(random.nextInt(LATEST_MILLIS / 10));
      midway += generation.tokens().isEmpty() ? 0 : 1;
      generation.cancel();
    }
    return midway;
  }
}
