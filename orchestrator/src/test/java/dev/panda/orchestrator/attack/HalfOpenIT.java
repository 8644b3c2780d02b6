package dev.panda.orchestrator.attack;

import static dev.panda.orchestrator.attack.AttackedPanda.aligned;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Clients that are cut off, and clients that are silent, hold no room for long. */
@Attack
class HalfOpenIT {
  /** Together they hold most of the cache. */
  private static final int STREAMS = 64;

  private static final int TOKENS = 200;

  private final AttackedPanda panda;

  HalfOpenIT(AttackedPanda panda) {
    this.panda = panda;
  }

  @Test
  void silentStreams() throws Exception {
    try (Service base = panda.startBase("panda.base-model.idle-timeout=2s")) {
      assertSilentStreamsEnd(
          5, () -> Sequence.decode(base.connect(), TOKENS), () -> Sequence.fill(base));
    }
  }

  @Tag("attack-slow")
  @Test
  void silentStreamsByDefault() throws Exception {
    assertSilentStreamsEnd(
        60,
        () -> Sequence.decode(panda.base().connect(), TOKENS),
        () -> Sequence.fillCaches(panda));
    assertSilentStreamsEnd(
        60,
        () -> Sequence.score(panda.kind().connect(), "kind", TOKENS),
        () -> Sequence.fillCaches(panda));
  }

  /** Each has a connection of its own. */
  private static void assertSilentStreamsEnd(
      int seconds, Supplier<Sequence<?, ?>> open, Supplier<List<Status.Code>> fill)
      throws Exception {
    List<Sequence<?, ?>> sequences = Stream.generate(open).limit(STREAMS).toList();
    List<Status.Code> opened =
        sequences.stream().map(each -> each.opened().getCode()).distinct().toList();
    TimeUnit.SECONDS.sleep(seconds);

    List<Status.Code> room = fill.get();

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
