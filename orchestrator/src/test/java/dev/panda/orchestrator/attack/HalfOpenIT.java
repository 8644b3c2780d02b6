package dev.panda.orchestrator.attack;

import static dev.panda.orchestrator.attack.AttackedPanda.aligned;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Clients that are cut off, and clients that are silent, hold no room for long. */
@ExtendWith(AttackedPanda.Shared.class)
class HalfOpenIT {
  /** As many as the cache has room for. */
  private static final int STREAMS = 64;

  private static final int TOKENS = 240;

  private final AttackedPanda panda;

  HalfOpenIT(AttackedPanda panda) {
    this.panda = panda;
  }

  @Test
  void silentStreams() throws Exception {
    try (Service base = panda.startBase("panda.base-model.idle-timeout=2s")) {
      assertSilentStreamsEnd(base, 5);
    }
  }

  @Tag("attack-slow")
  @Test
  void silentStreamsByDefault() throws Exception {
    assertSilentStreamsEnd(panda.base(), 60);
  }

  private static void assertSilentStreamsEnd(Service base, int seconds) throws Exception {
    List<Status.Code> opened =
        Stream.generate(() -> Sequence.decode(base.connect(), TOKENS)).limit(STREAMS).toList().stream()
            .map(sequence -> sequence.opened().getCode())
            .distinct()
            .toList();
    TimeUnit.SECONDS.sleep(seconds);

    List<Status.Code> room = Sequence.fill(base);

    Figures.write(
        "64 silent streams",
        "opened: %s; a whole cache of sequences after %d s: %s",
        opened,
        seconds,
        room);
    assertThat(room).containsExactly(Status.Code.OK);
  }

  @Tag("attack-slow")
  @Test
  void streamsThroughARelayThatStops() throws Exception {
    try (Relay relay = new Relay(panda.base().port());
        Service cutOff = panda.startOrchestrator(relay.address())) {
      ManagedChannel client = cutOff.connect();
      List<Generation> generations =
          Generation.start(STREAMS, client, aligned(TOKENS)).stream()
              .map(Generation::begun)
              .toList();
      relay.cut();
      int held = (int) generations.stream().filter(each -> !each.hasEnded()).count();
      TimeUnit.SECONDS.sleep(60);

      List<Status.Code> room = Sequence.fillCaches(panda);
      Recovery second = Recovery.of(panda.orchestrator().connect());

      Figures.write(
          "relay cut with 64 streams",
          "%d under way; a whole cache of sequences after 60 s: %s; second orchestrator: %s after"
              + " %.1f s",
          held,
          room,
          second.outcome().code(),
          second.time().toMillis() / 1000.0);
      assertThat(held).isPositive();
      assertThat(room).containsExactly(Status.Code.OK);
      assertThat(second.outcome().isOk()).isTrue();
      assertThat(Generation.outcomes(generations))
          .extracting(Outcome::code)
          .doesNotContain(Status.Code.INTERNAL, Status.Code.UNKNOWN);
    }
  }
}
