package dev.panda.basemodel.workshop.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.panda.transformer.checkpoint.Checkpoint;
import dev.panda.transformer.checkpoint.HuggingFaceConfig;
import dev.panda.transformer.checkpoint.ModelConfig;
import dev.panda.transformer.checkpoint.ScalarType;
import dev.panda.transformer.checkpoint.TensorData;
import dev.panda.transformer.checkpoint.TensorInfo;
import dev.panda.transformer.decoder.InitialWeights;
import dev.panda.transformer.decoder.TrainableDecoder;
import dev.panda.transformer.decoder.UpdateStep;
import dev.panda.transformer.workshop.training.TrainingException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class TrainerTest {
  /** Bytes of 50 float32 arrays [64, 64, 32], one kept at each update. */
  private static final long LEAK = 50L * 64 * 64 * 32 * Float.BYTES;

  private static final List<EncodedAnswer> ANSWERS = Toy.answers(20, 1);
  private static final List<EncodedAnswer> HELD_OUT = Toy.answers(5, 2);
  private static final Map<String, String> SETTINGS = Map.of("seed", "1");

  @TempDir private Path folder;
  private ModelConfig config;

  @BeforeEach
  void writeConfig() throws IOException {
    ConfigFiles.write(folder, new ModelShape(32, 2, 4, 2, 64, 64), 64, 0);
    config = HuggingFaceConfig.read(folder);
  }

  private TrainableDecoder decoder() {
    return TrainableDecoder.load(new InitialWeights(config, 1), "cpu", 1);
  }

  private static Trainer trainer(
      TrainableDecoder decoder, Budget budget, TrainingProgress progress, LongSupplier clock) {
    return new Trainer(
        decoder,
        new Settings(4, 0.01, 5, 0.1, 1, 1, budget),
        ANSWERS,
        HELD_OUT,
        Duration.ZERO,
        progress,
        clock);
  }

  private static Trainer trainer(TrainableDecoder decoder, Budget budget) {
    return trainer(decoder, budget, TrainingProgress.NONE, System::nanoTime);
  }

  private static void assertSameTensors(
      Map<String, TensorData> actual, Map<String, TensorData> expected) {
    assertThat(actual.keySet()).isEqualTo(expected.keySet());
    expected.forEach(
        (name, tensor) ->
            assertThat(Arrays.mismatch(actual.get(name).values(), tensor.values()))
                .as("first element of %s that differs", name)
                .isEqualTo(-1));
  }

  @Test
  void learns() {
    try (TrainableDecoder decoder = decoder()) {
      Trainer trainer = trainer(decoder, new Budget.Updates(60));
      double before = trainer.heldOutLoss(decoder);
      TrainingState end = trainer.run(trainer.begin(), state -> {});
      assertThat(before).isBetween(4.0, 4.3);
      assertThat(end.measurements()).hasSize(2);
      assertThat(end.measurements().get(1).trainingLoss()).isLessThan(3.5);
      assertThat(end.measurements().get(1).heldOutLoss())
          .isEqualTo(trainer.heldOutLoss(decoder))
          .isNotEqualTo(before);
    }
  }

  @Test
  void endsIfTheLossIsNoNumberAndSaysWhatToDo() {
    Checkpoint huge = new Scaled(new InitialWeights(config, 1), 0x1p60f);
    try (TrainableDecoder decoder = TrainableDecoder.load(huge, "cpu", 1)) {
      Trainer trainer = trainer(decoder, new Budget.Updates(20));

      assertThatThrownBy(() -> trainer.run(trainer.begin(), state -> {}))
          .isInstanceOfSatisfying(
              TrainingException.class,
              failure -> assertThat(failure.remedy().orElseThrow()).contains("--learning-rate"))
          .hasMessageStartingWith("loss: NaN at update 1 ");
    }
  }

  /** Weights, times a factor. */
  private record Scaled(Checkpoint weights, float factor) implements Checkpoint {
    @Override
    public Path path() {
      return weights.path();
    }

    @Override
    public ModelConfig config() {
      return weights.config();
    }

    @Override
    public Map<String, TensorInfo> tensors() {
      return weights.tensors();
    }

    @Override
    public float[] read(String name) {
      float[] values = weights.read(name);
      for (int i = 0; i < values.length; i++) {
        values[i] *= factor;
      }
      return values;
    }

    @Override
    public void readRows(String name, int first, int rows, float[] target, int at) {
      weights.readRows(name, first, rows, target, at);
      for (int i = at; i < at + rows * tensors().get(name).columns(); i++) {
        target[i] *= factor;
      }
    }

    @Override
    public void close() {
      weights.close();
    }
  }

  @Test
  void resumedAnywhereArrivesAtTheSameWeights() {
    Path file = folder.resolve("state.safetensors");
    Budget budget = new Budget.Updates(20);
    List<Path> states = new ArrayList<>();
    Map<String, TensorData> expected;
    Map<String, TensorData> expectedMoments;
    TrainingState expectedEnd;
    try (TrainableDecoder decoder = decoder()) {
      Trainer trainer = trainer(decoder, budget);
      expectedEnd =
          trainer.run(
              trainer.begin(),
              state -> {
                if (state.update() == 3 || state.update() == 12) {
                  Path copy = folder.resolve(state.update() + ".safetensors");
                  StateFile.write(copy, decoder, state, SETTINGS);
                  states.add(copy);
                }
              });
      expected = decoder.tensors(ScalarType.F32);
      expectedMoments = decoder.moments();
    }
    assertThat(states).hasSize(2);
    for (Path state : states) {
      try (StateFile.Saved saved = StateFile.open(state, config);
          TrainableDecoder decoder = TrainableDecoder.load(saved, "cpu", 1)) {
        decoder.restoreMoments(saved::read);
        TrainingState end =
            trainer(decoder, budget)
                .run(saved.state(), now -> StateFile.write(file, decoder, now, SETTINGS));
        assertSameTensors(decoder.tensors(ScalarType.F32), expected);
        assertSameTensors(decoder.moments(), expectedMoments);
        assertThat(end.measurements()).isEqualTo(expectedEnd.measurements());
        assertThat(end.tokens()).isEqualTo(expectedEnd.tokens());
      }
    }
  }

  @Test
  void aStateIsReadAsItWasWritten() {
    Path file = folder.resolve("state.safetensors");
    TrainingState state =
        new TrainingState(7, 9, 1.5, 100, 3.25, 2, List.of(new Measurement(5, 2.5, Double.NaN)));
    try (TrainableDecoder decoder = decoder()) {
      StateFile.write(file, decoder, state, SETTINGS);
    }
    try (StateFile.Saved saved = StateFile.open(file, config)) {
      assertThat(saved.state()).isEqualTo(state);
      assertThat(saved.saved().settings()).isEqualTo(SETTINGS);
    }
  }

  @Test
  void refusesAFileThatIsNoState() throws IOException {
    Path file = folder.resolve("state.safetensors");
    byte[] header = "{}      ".getBytes(StandardCharsets.UTF_8);
    byte[] bytes = new byte[16];
    bytes[0] = 8;
    System.arraycopy(header, 0, bytes, 8, 8);
    Files.write(file, bytes);
    assertThatThrownBy(() -> StateFile.open(file, config).close())
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("not a saved state of train-base");
  }

  @Test
  void derivesTheNumberOfUpdatesFromTheSpeedOfTheWarmUp() {
    long[] now = {0};
    // The clock advances by half a second at each reading; an update reads it twice.
    LongSupplier clock = () -> now[0] += 500_000_000L;
    List<OptionalLong> totals = new ArrayList<>();
    TrainingProgress progress =
        new TrainingProgress() {
          @Override
          public void say(String line) {}

          @Override
          public void updated(long update, OptionalLong total, double loss) {
            totals.add(total);
          }
        };
    try (TrainableDecoder decoder = decoder()) {
      Trainer trainer = trainer(decoder, new Budget.Time(Duration.ofSeconds(20)), progress, clock);
      TrainingState end = trainer.run(trainer.begin(), state -> {});
      assertThat(totals.subList(0, 4)).containsOnly(OptionalLong.empty());
      assertThat(totals.get(4)).isPresent();
      assertThat(end.update()).isEqualTo(totals.get(4).getAsLong()).isBetween(15L, 25L);
      assertThat(end.measurements()).hasSize(1);
    }
  }

  @Test
  void stopsInTheWarmUpIfTheTimeIsOver() {
    long[] now = {0};
    try (TrainableDecoder decoder = decoder()) {
      Trainer trainer =
          trainer(
              decoder,
              new Budget.Time(Duration.ofSeconds(2)),
              TrainingProgress.NONE,
              () -> now[0] += 1_000_000_000L);
      assertThat(trainer.run(trainer.begin(), state -> {}).update()).isLessThan(4);
    }
  }

  @Test
  void refusesFewerPassesThanTheWarmUp() {
    try (TrainableDecoder decoder = decoder()) {
      assertThatThrownBy(() -> trainer(decoder, new Budget.Passes(1)).begin())
          .isInstanceOf(TrainingException.class)
          .hasMessageContaining("warm-up: 5 updates (expected: fewer than 5");
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX) // reads /proc
  void nativeMemoryDoesNotGrow() throws IOException {
    try (TrainableDecoder decoder = decoder()) {
      long[][] ids = new long[64][64];
      learn(decoder, ids, 0, 10);
      long growth = Long.MAX_VALUE;
      for (int window = 0; window < 10 && growth >= LEAK / 2; window++) {
        System.gc();
        long before = residentBytes();
        learn(decoder, ids, 10 + 50 * window, 50);
        growth = residentBytes() - before;
      }
      // The heap grows until a collection; a leak grows in every window.
      assertThat(growth).isLessThan(LEAK / 2);
    }
  }

  private static void learn(TrainableDecoder decoder, long[][] ids, int done, int updates) {
    for (int i = done; i < done + updates; i++) {
      decoder.learn(ids, ids, i + 1, new UpdateStep(1e-4, 0, 1));
      decoder.evaluate(new long[1][8], new long[1][8]);
    }
  }

  private static long residentBytes() throws IOException {
    String pages = Files.readString(Path.of("/proc/self/statm")).split(" ", -1)[1];
    return Long.parseLong(pages) * 4096;
  }
}
