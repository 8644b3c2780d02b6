package dev.panda.transformer.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.panda.transformer.checkpoint.Checkpoint;
import dev.panda.transformer.checkpoint.Checkpoints;
import dev.panda.transformer.decoder.Numerics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EngineTest {
  private static final int[] NONE = {};

  private Engine engine;

  private Engine engine(int cacheTokens, Duration openTimeout) throws Exception {
    Path folder =
        Path.of(EngineTest.class.getResource("/golden/tiny-llama/config.json").toURI()).getParent();
    try (Checkpoint checkpoint = Checkpoints.open(folder)) {
      engine =
          Engine.load(
              checkpoint,
              new EngineOptions(
                  Numerics.FLOAT32, "cpu", 1, true, List.of(), cacheTokens, 32, openTimeout));
    }
    return engine;
  }

  @AfterEach
  void close() {
    if (engine != null) {
      engine.close();
    }
  }

  @Test
  void refusesAnOpenThatFindsNoRoomInTime() throws Exception {
    engine(100, Duration.ofMillis(20));
    try (Sequence first = engine.open(80, 10).get()) {
      assertThat(first).isNotNull();
      assertThatThrownBy(() -> engine.open(11, 0).get(10, TimeUnit.SECONDS))
          .isInstanceOf(ExecutionException.class)
          .hasCauseInstanceOf(CapacityException.class)
          .hasMessageContaining("no room for 11 tokens, 10 of 100 are free");
    }
  }

  @Test
  void opensAsSoonAsRoomIsFreed() throws Exception {
    engine(100, Duration.ofMinutes(1));
    Sequence first = engine.open(100, 0).get();
    CompletableFuture<Sequence> second = engine.open(100, 0);
    assertThat(second).isNotDone();
    first.close();
    try (Sequence opened = second.get(10, TimeUnit.SECONDS)) {
      opened.advance(new int[] {1}, NONE, 1).get();
    }
  }

  @Test
  void takesNoRoomForAnOpenThatWasCancelled() throws Exception {
    engine(100, Duration.ofMinutes(1));
    Sequence first = engine.open(100, 0).get();
    CompletableFuture<Sequence> gone = engine.open(100, 0);
    gone.cancel(false);
    first.close();
    engine.open(100, 0).get(10, TimeUnit.SECONDS).close();
    await(() -> engine.openSequences() == 0);
  }

  @Test
  void givesASequenceToItsHolder() throws Exception {
    engine(100, Duration.ofMinutes(1));
    Holder holder = engine.open(new SequenceRoom(100, 0), Owner.ANYONE, Holder::new).get();
    CompletableFuture<Holder> gone =
        engine.open(new SequenceRoom(100, 0), Owner.ANYONE, Holder::new);
    gone.cancel(false);
    holder.sequence().close();
    engine
        .open(new SequenceRoom(100, 0), Owner.ANYONE, Holder::new)
        .get(10, TimeUnit.SECONDS)
        .sequence()
        .close();
    await(() -> engine.openSequences() == 0);
  }

  /** Who closes a sequence. */
  private record Holder(Sequence sequence) {}

  @Test
  void closesASequenceWhoseHolderIsNotWantedAnyMore() throws Exception {
    engine(100, Duration.ofMinutes(1));
    Sequence first = engine.open(100, 0).get();
    CountDownLatch made = new CountDownLatch(1);
    CountDownLatch cancelled = new CountDownLatch(1);
    CompletableFuture<Holder> late =
        engine.open(
            new SequenceRoom(100, 0),
            Owner.ANYONE,
            sequence -> {
              made.countDown();
              awaitUnchecked(cancelled);
              return new Holder(sequence);
            });
    first.close();
    made.await();
    late.cancel(false);
    cancelled.countDown();
    await(() -> engine.openSequences() == 0);
  }

  private static void awaitUnchecked(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void refusesAtOnceWhatWaitsBeyondTheLimit() throws Exception {
    engine(100, Duration.ofMinutes(1));
    CountDownLatch entered = new CountDownLatch(1);
    CountDownLatch released = new CountDownLatch(1);
    Sequence first = engine.open(100, 0).get();
    CompletableFuture<Void> blocked = // on the engine's thread, as a long round would
        first
            .advance(new int[] {1}, NONE, 1)
            .thenAccept(
                step -> {
                  entered.countDown();
                  awaitUnchecked(released);
                });
    entered.await();
    List<CompletableFuture<Sequence>> opens = new ArrayList<>();
    List<CompletableFuture<float[]>> pools = new ArrayList<>();
    for (int i = 0; i < Engine.MAX_WAITING; i++) {
      opens.add(engine.open(100, 0));
      pools.add(engine.pool(new int[] {1}, 0, new int[] {1}, new int[] {1}));
    }

    assertThat(opens).noneMatch(CompletableFuture::isDone);
    assertRefusedForMany(engine.open(1, 0));
    assertRefusedForMany(engine.pool(new int[] {1}, 0, new int[] {1}, new int[] {1}));
    opens.get(3).cancel(false);
    assertThat(engine.open(1, 0)).as("in the place of the cancelled one").isNotDone();
    opens.forEach(open -> open.cancel(false));
    pools.forEach(pool -> pool.cancel(false));
    first.close();
    released.countDown();
    blocked.get(10, TimeUnit.SECONDS);
  }

  private static void assertRefusedForMany(CompletableFuture<?> refused) {
    assertThat(refused).isCompletedExceptionally();
    assertThatThrownBy(refused::join)
        .hasCauseInstanceOf(CapacityException.class)
        .hasMessageContaining("too many requests wait already");
  }

  @Test
  void anOpenThatIsCancelledHoldsBackNoOther() throws Exception {
    engine(100, Duration.ofMinutes(1));
    Sequence first = engine.open(90, 0).get();
    CompletableFuture<Sequence> large = engine.open(50, 0);
    CompletableFuture<Sequence> small = engine.open(10, 0);
    engine.pool(new int[] {1}, 0, new int[] {1}, new int[] {1}).get(10, TimeUnit.SECONDS);
    assertThat(small).isNotDone();

    large.cancel(false);

    small.get(10, TimeUnit.SECONDS).close();
    first.close();
  }

  @Test
  void closingASequenceCancelsItsStepAndFreesItsRoom() throws Exception {
    engine(120, Duration.ZERO);
    Sequence sequence = engine.open(120, 0).get();
    CompletableFuture<AdvanceResult> step = sequence.advance(new int[100], NONE, 1);
    sequence.close();
    sequence.close();
    try {
      step.get(10, TimeUnit.SECONDS);
    } catch (CancellationException | ExecutionException e) {
      assertThat(e)
          .satisfiesAnyOf(
              one -> assertThat(one).isInstanceOf(CancellationException.class),
              one -> assertThat(one).hasCauseInstanceOf(CancellationException.class));
    }
    await(() -> engine.openSequences() == 0);
    assertThatThrownBy(() -> sequence.advance(new int[] {1}, NONE, 0).get(10, TimeUnit.SECONDS))
        .isInstanceOfAny(CancellationException.class, ExecutionException.class);
    engine.open(120, 0).get(10, TimeUnit.SECONDS).close();
  }

  @Test
  void refusesWhatCouldNeverFit() throws Exception {
    engine(100, Duration.ZERO);
    assertThatThrownBy(() -> engine.open(0, 0)).hasMessageContaining("maxTokens: 0");
    assertThatThrownBy(() -> engine.open(101, 0)).hasMessageContaining("1 to 100, the context");
    assertThatThrownBy(() -> engine.open(100, 1)).hasMessageContaining("the whole cache");
    assertThatThrownBy(() -> engine.open(10, 32)).hasMessageContaining("maxCandidates: 32");
    assertThatThrownBy(() -> engine.open(10, -1)).hasMessageContaining("maxCandidates: -1");
  }

  @Test
  void refusesAdvancesOutOfBoundsAndLeavesTheSequenceAsItWas() throws Exception {
    engine(100, Duration.ZERO);
    try (Sequence sequence = engine.open(4, 2).get()) {
      int vocabulary = engine.config().vocabSize();
      assertThatThrownBy(() -> sequence.advance(new int[] {vocabulary}, NONE, 0))
          .hasMessageContaining("accepted: token id " + vocabulary);
      assertThatThrownBy(() -> sequence.advance(new int[] {1}, new int[] {-1}, 0))
          .hasMessageContaining("candidates: token id -1");
      assertThatThrownBy(() -> sequence.advance(new int[5], NONE, 0))
          .hasMessageContaining("tokens: 5");
      assertThatThrownBy(() -> sequence.advance(new int[4], new int[] {1}, 0))
          .hasMessageContaining("tokens: 5");
      assertThatThrownBy(() -> sequence.advance(NONE, new int[] {1, 2, 3}, 0))
          .hasMessageContaining("candidates: 3");
      assertThatThrownBy(() -> sequence.advance(NONE, new int[] {1, 1}, 0))
          .hasMessageContaining("all different");
      assertThatThrownBy(() -> sequence.advance(NONE, NONE, 1)).hasMessageContaining("k: 1");
      assertThat(sequence.advance(new int[] {1, 2}, NONE, 3).get().next().orElseThrow().ids())
          .hasSize(3);
      assertThatThrownBy(() -> sequence.advance(new int[3], NONE, 0))
          .hasMessageContaining("tokens: 5");
    }
  }

  @Test
  void endsWhatIsOpenWhenItCloses() throws Exception {
    engine(100, Duration.ofMinutes(1));
    Sequence sequence = engine.open(100, 0).get();
    CompletableFuture<Sequence> waiting = engine.open(100, 0);
    engine.close();
    assertThatThrownBy(() -> waiting.get(10, TimeUnit.SECONDS))
        .hasMessageContaining("engine: closed");
    assertThatThrownBy(() -> sequence.advance(new int[] {1}, NONE, 0).get(10, TimeUnit.SECONDS))
        .hasMessageContaining("engine: closed");
    assertThatThrownBy(() -> engine.open(10, 0).get(10, TimeUnit.SECONDS))
        .hasMessageContaining("engine: closed");
  }

  private static void await(BooleanSupplier condition) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("time").isLessThan(deadline);
      Thread.onSpinWait();
    }
  }
}
