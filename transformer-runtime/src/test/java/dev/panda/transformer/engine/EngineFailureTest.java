package dev.panda.transformer.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.engine.EngineException;
import dev.panda.transformer.checkpoint.Checkpoint;
import dev.panda.transformer.checkpoint.CheckpointException;
import dev.panda.transformer.checkpoint.Checkpoints;
import dev.panda.transformer.checkpoint.ScalarType;
import dev.panda.transformer.checkpoint.TensorData;
import dev.panda.transformer.checkpoint.safetensors.SafetensorsWriter;
import dev.panda.transformer.decoder.Decoder;
import dev.panda.transformer.decoder.ForwardPasses;
import dev.panda.transformer.decoder.NextTokens;
import dev.panda.transformer.decoder.Numerics;
import dev.panda.transformer.testing.TinyCheckpoint;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A failing sequence fails alone; if the engine fails, everyone is told. */
class EngineFailureTest {
  private static final int[] NONE = {};
  private static final int HUGE = 13;
  private final EngineException deviceFailure = new EngineException("CUDA error");
  private static final EngineOptions OPTIONS =
      new EngineOptions(
          Numerics.FLOAT32, "cpu", 1, true, List.of(), 100, 32, Duration.ofMinutes(1));

  @TempDir Path folder;
  private WatchedPasses passes;
  private Engine engine;

  /** Logits overflow if, and only if, the last token is {@link #HUGE}. */
  @BeforeEach
  void load() {
    TinyCheckpoint.llama(1).write(folder);
    Map<String, TensorData> tensors = TinyCheckpoint.llama(1).tensors();
    setColumn(tensors.get("model.embed_tokens.weight"), 0);
    tensors.get("model.embed_tokens.weight").values()[HUGE * 32] = 5;
    setColumn(tensors.get("lm_head.weight"), 2e38f);
    for (int layer = 0; layer < 2; layer++) {
      clearFirstRow(tensors.get("model.layers." + layer + ".self_attn.o_proj.weight"));
      clearFirstRow(tensors.get("model.layers." + layer + ".mlp.down_proj.weight"));
    }
    SafetensorsWriter.write(folder.resolve("model.safetensors"), tensors, Map.of());
    try (Checkpoint checkpoint = Checkpoints.open(folder)) {
      passes = new WatchedPasses(Decoder.load(checkpoint, OPTIONS.decoderOptions()));
    }
    engine = new Engine(() -> passes, OPTIONS);
  }

  private static void setColumn(TensorData matrix, float value) {
    assertThat(matrix.type()).isEqualTo(ScalarType.F32);
    for (int row = 0; row < matrix.shape().get(0); row++) {
      matrix.values()[row * 32] = value;
    }
  }

  private static void clearFirstRow(TensorData matrix) {
    Arrays.fill(matrix.values(), 0, matrix.shape().get(1), 0);
  }

  @AfterEach
  void close() {
    engine.close();
  }

  @ParameterizedTest
  @MethodSource("endings")
  void tellsEveryoneThatWaitsWhatEndedIt(Throwable ending) throws Exception {
    Sequence sequence = engine.open(90, 5).get(10, TimeUnit.SECONDS);
    CompletableFuture<Sequence> waiting = engine.open(50, 0);
    passes.failWith(() -> ending);
    CompletableFuture<AdvanceResult> step = sequence.advance(new int[] {1, 2}, NONE, 1);

    assertThat(engine.failure().get(10, TimeUnit.SECONDS)).isSameAs(ending);
    assertEnded(step, ending);
    assertEnded(waiting, ending);
    assertEnded(engine.open(10, 0), ending);
    assertEnded(engine.pool(new int[] {1}, 0, new int[] {1}, new int[] {1}), ending);
    assertEnded(sequence.advance(new int[] {3}, NONE, 1), ending);
    sequence.close();
    engine.close();
    assertThat(passes.calls()).containsExactly("step", "close");
    assertThat(engine.openSequences()).isZero();
  }

  /** What a device, memory or a fault of our own throws, but no check of arguments. */
  static List<Throwable> endings() {
    return List.of(
        new OutOfMemoryError("Java heap space"),
        new EngineException("CUDA error: an illegal memory access was encountered"),
        new IllegalStateException("Native resource has been released already."),
        new IndexOutOfBoundsException(7));
  }

  private static void assertEnded(CompletableFuture<?> future, Throwable ending) {
    assertThatThrownBy(() -> future.get(10, TimeUnit.SECONDS))
        .isInstanceOf(CancellationException.class)
        .hasMessageContaining("engine: ended by " + ending)
        .hasCause(ending);
  }

  @Test
  void endsWhenTheDeviceHasNoCacheForAnOpen() throws Exception {
    Sequence sequence = engine.open(20, 5).get(10, TimeUnit.SECONDS);
    passes.failWith(() -> deviceFailure);

    assertEnded(engine.open(20, 5), deviceFailure);
    assertEnded(sequence.advance(new int[] {1}, NONE, 1), deviceFailure);
    assertThat(engine.failure().get(10, TimeUnit.SECONDS)).isSameAs(deviceFailure);
  }

  @Test
  void endsWhenTheDeviceKeepsNoCandidate() throws Exception {
    Sequence sequence = engine.open(20, 5).get(10, TimeUnit.SECONDS);
    sequence.advance(new int[] {1}, new int[] {4, 5}, 0).get(10, TimeUnit.SECONDS);
    passes.failWith(() -> deviceFailure);

    assertEnded(sequence.advance(new int[] {5, 6}, NONE, 1), deviceFailure);
    assertThat(engine.failure().get(10, TimeUnit.SECONDS)).isSameAs(deviceFailure);
  }

  @Test
  void endsWhenTheDevicePoolsNothing() throws Exception {
    CompletableFuture<float[]> pooled = engine.pool(new int[3], 0, new int[] {3}, new int[] {1});
    CompletableFuture<float[]> next = engine.pool(new int[3], 0, new int[] {3}, new int[] {1});
    passes.awaitPool();
    passes.failWith(() -> deviceFailure);
    passes.releasePool();

    assertEnded(pooled, deviceFailure);
    assertEnded(next, deviceFailure);
    assertThat(engine.failure().get(10, TimeUnit.SECONDS)).isSameAs(deviceFailure);
  }

  @Test
  void anInterruptIsAFailureAsAnyOther() throws Exception {
    Sequence sequence = engine.open(90, 5).get(10, TimeUnit.SECONDS);
    CompletableFuture<Sequence> waiting = engine.open(50, 0);
    sequence
        .advance(new int[] {1}, NONE, 1)
        .thenAccept(step -> Thread.currentThread().interrupt())
        .get(10, TimeUnit.SECONDS);

    Throwable interrupt = engine.failure().get(10, TimeUnit.SECONDS);
    assertThat(interrupt).isInstanceOf(InterruptedException.class);
    assertEnded(waiting, interrupt);
  }

  @Test
  void hasNoFailureWhenItIsClosed() {
    CompletableFuture<Throwable> failure = engine.failure();
    engine.close();
    assertThat(failure).isNotDone();
  }

  @Test
  void freesTheModelHoweverSoonItIsClosed() {
    for (int i = 0; i < 200; i++) {
      new Engine(() -> passes, OPTIONS).close();
    }
    assertThat(passes.calls()).hasSize(200).containsOnly("close");
  }

  @Test
  void passesOnWhatLoadingThrows() {
    Supplier<ForwardPasses> loading =
        () -> {
          throw new CheckpointException("missing tensor");
        };
    assertThatThrownBy(() -> new Engine(loading, OPTIONS))
        .isInstanceOf(CheckpointException.class)
        .hasMessage("missing tensor");
  }

  @Test
  void aWrongArgumentFailsItsSequenceAlone() throws Exception {
    Sequence failing = engine.open(20, 5).get(10, TimeUnit.SECONDS);
    Sequence other = engine.open(20, 5).get(10, TimeUnit.SECONDS);
    failing.advance(new int[] {1}, new int[] {4, 5}, 0).get(10, TimeUnit.SECONDS);
    passes.failWith(() -> new IllegalArgumentException("source: 9"));
    CompletableFuture<AdvanceResult> moved = failing.advance(new int[] {5, 6}, NONE, 1);
    assertThatThrownBy(() -> moved.get(10, TimeUnit.SECONDS)).hasMessageContaining("source: 9");
    CompletableFuture<AdvanceResult> step = failing.advance(new int[] {5}, NONE, 1);
    assertThatThrownBy(() -> step.get(10, TimeUnit.SECONDS)).hasMessageContaining("source: 9");
    passes.failWith(() -> null);
    assertThat(other.advance(new int[] {1}, NONE, 1).get(10, TimeUnit.SECONDS).next()).isPresent();
    assertThat(engine.failure()).isNotDone();
  }

  @Test
  void logitsThatAreNoNumbersFailTheirSequenceAlone() throws Exception {
    int[] good = {1, 2, 3};
    Sequence alone = engine.open(10, 0).get(10, TimeUnit.SECONDS);
    NextTokens expected = alone.advance(good, NONE, 5).get(10, TimeUnit.SECONDS).next().get();
    assertThat(expected.isFinite()).isTrue();
    alone.close();

    Sequence first = engine.open(10, 0).get(10, TimeUnit.SECONDS);
    Sequence second = engine.open(10, 0).get(10, TimeUnit.SECONDS);
    CompletableFuture<float[]> gate = engine.pool(good, 0, new int[] {3}, new int[] {1});
    passes.awaitPool();
    CompletableFuture<AdvanceResult> overflows = first.advance(new int[] {1, HUGE}, NONE, 5);
    CompletableFuture<AdvanceResult> computed = second.advance(good, NONE, 5);
    passes.releasePool();

    assertThatThrownBy(() -> overflows.get(10, TimeUnit.SECONDS))
        .hasCauseInstanceOf(IllegalStateException.class)
        .hasMessageContaining("logits: not finite after 2 tokens");
    assertThat(computed.get(10, TimeUnit.SECONDS).next().get().ids()).isEqualTo(expected.ids());
    assertThat(gate.get(10, TimeUnit.SECONDS)).hasSize(2 * 32);
    assertThat(passes.calls()).containsExactly("step", "pool", "step");

    first.close();
    Sequence next = engine.open(10, 0).get(10, TimeUnit.SECONDS);
    assertThat(next.advance(good, NONE, 5).get(10, TimeUnit.SECONDS).next().get().ids())
        .isEqualTo(expected.ids());
    assertThat(passes.calls()).endsWith("erase", "step");
  }

  @Test
  void aDraftWhoseLogitsAreNoNumbersIsDropped() throws Exception {
    int[] good = {1, 2, 3};
    Sequence alone = engine.open(10, 0).get(10, TimeUnit.SECONDS);
    NextTokens expected = alone.advance(good, NONE, 5).get(10, TimeUnit.SECONDS).next().get();

    Sequence drafting = engine.open(10, 2).get(10, TimeUnit.SECONDS);
    AdvanceResult step =
        drafting
            .next(new Continuation(0, good, new int[] {HUGE, 4}, 5, Optional.empty()))
            .get(10, TimeUnit.SECONDS);

    assertThat(step.next().get().ids()).isEqualTo(expected.ids());
    assertThat(step.drafted()).isEmpty();
    assertThat(passes.calls()).containsExactly("step", "step", "erase", "step");

    drafting.foresee(0, new int[] {4, HUGE}, 5).get(10, TimeUnit.SECONDS);
    int[] four = {4};
    assertThat(
            drafting
                .next(new Continuation(four, 5, Optional.empty()))
                .get(10, TimeUnit.SECONDS)
                .next()
                .get()
                .ids())
        .isEqualTo(alone.advance(four, NONE, 5).get(10, TimeUnit.SECONDS).next().get().ids());
  }

  @Test
  void poolsOnceARoundAndNotForThoseWhoLeft() throws Exception {
    int[] text = {1, 2, 3};
    Sequence sequence = engine.open(10, 0).get(10, TimeUnit.SECONDS);
    CompletableFuture<float[]> first = engine.pool(text, 0, new int[] {3}, new int[] {2, 1});
    passes.awaitPool();
    CompletableFuture<float[]> gone = engine.pool(text, 0, new int[] {3}, new int[] {1});
    CompletableFuture<float[]> last = engine.pool(text, 0, new int[] {3}, new int[] {1});
    CompletableFuture<AdvanceResult> step = sequence.advance(text, NONE, 1);
    gone.cancel(false);
    passes.releasePool();

    float[] ofFirstBlock = last.get(10, TimeUnit.SECONDS);
    float[] ofBoth = first.get(10, TimeUnit.SECONDS);
    assertThat(Arrays.copyOfRange(ofBoth, 64, 128)).isEqualTo(ofFirstBlock);
    assertThat(step.get(10, TimeUnit.SECONDS).next()).isPresent();
    assertThat(passes.calls()).containsExactly("pool", "step", "pool");
  }

  @Test
  void poolsALongTextBlockByBlockBesideSteps() throws Exception {
    int[] text = IntStream.range(0, 60).toArray();
    Sequence sequence = engine.open(10, 0).get(10, TimeUnit.SECONDS);
    CompletableFuture<float[]> pooled = engine.pool(text, 0, new int[] {60}, new int[] {2});
    passes.awaitPool();
    CompletableFuture<AdvanceResult> step = sequence.advance(new int[] {1}, NONE, 1);
    passes.releasePool();

    assertThat(pooled.get(10, TimeUnit.SECONDS)).hasSize(2 * 32);
    assertThat(step).isCompleted();
    assertThat(passes.calls()).containsExactly("pool", "step", "pool");
  }

  @Test
  void computesNoMoreOfAPoolingThatIsCancelled() throws Exception {
    int[] text = IntStream.range(0, 60).toArray();
    int before = engine.liveArrays();
    CompletableFuture<float[]> pooled = engine.pool(text, 0, new int[] {60}, new int[] {2});
    passes.awaitPool();
    pooled.cancel(false);
    passes.releasePool();

    try (Sequence later = engine.open(10, 0).get(10, TimeUnit.SECONDS)) {
      assertThat(later).as("opened by an engine that has gone on").isNotNull();
      assertThat(passes.calls()).containsExactly("pool");
      assertThat(engine.liveArrays()).isEqualTo(before);
    }
  }

  @Test
  void poolsNoMoreThanTheCacheHolds() {
    passes.releasePool();
    CompletableFuture<float[]> pooled =
        engine.pool(new int[101], 0, new int[] {101}, new int[] {1});
    assertThatThrownBy(() -> pooled.get(10, TimeUnit.SECONDS))
        .hasCauseInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("tokens: 101 (expected: 1 to 100)");
  }

  @Test
  void servingLeavesNoNativeArraysBehind() throws Exception {
    passes.releasePool();
    int[] candidates = {4, 5, 6};
    serve(candidates);
    int before = engine.liveArrays();
    for (int i = 0; i < 50; i++) {
      serve(candidates);
    }
    assertThat(engine.liveArrays()).isEqualTo(before);
    try (Sequence whole = engine.open(100, 0).get(10, TimeUnit.SECONDS)) {
      assertThat(whole).as("the whole cache is free again").isNotNull();
    }
  }

  private void serve(int[] candidates) throws Exception {
    try (Sequence sequence = engine.open(40, 5).get(10, TimeUnit.SECONDS)) {
      sequence.advance(new int[] {1, 2, 3}, candidates, 2).get(10, TimeUnit.SECONDS);
      sequence.advance(new int[] {5, 6}, candidates, 2).get(10, TimeUnit.SECONDS);
      sequence.advance(new int[] {4}, NONE, 0).get(10, TimeUnit.SECONDS);
    }
    engine.pool(new int[] {1, 2}, 0, new int[] {2}, new int[] {1}).get(10, TimeUnit.SECONDS);
    // The engine's thread handles commands in order, so this one comes after the close.
    engine.open(100, 0).get(10, TimeUnit.SECONDS).close();
    engine.pool(new int[] {1}, 0, new int[] {1}, new int[] {1}).get(10, TimeUnit.SECONDS);
  }
}
