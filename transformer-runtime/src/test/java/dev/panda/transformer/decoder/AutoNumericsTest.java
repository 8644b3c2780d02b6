package dev.panda.transformer.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.panda.transformer.checkpoint.Checkpoint;
import dev.panda.transformer.checkpoint.CheckpointException;
import dev.panda.transformer.checkpoint.Checkpoints;
import dev.panda.transformer.checkpoint.ModelTensors;
import dev.panda.transformer.checkpoint.TensorData;
import dev.panda.transformer.checkpoint.safetensors.SafetensorsWriter;
import dev.panda.transformer.testing.TinyCheckpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AutoNumericsTest {
  private static final List<Numerics> FORMATS = List.of(Numerics.FLOAT32, Numerics.BFLOAT16);

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "100, 50, 49, 20, INT4",
    "100, 50, 20, 19, BFLOAT16",
    "100, 21, 20, 20, FLOAT16",
    "20, 50, 60, 20, FLOAT32",
  })
  void takesTheClosestOfTheFastest(
      int float32, int float16, int bfloat16, int int4, Numerics expected) {
    Map<Numerics, Duration> times = new EnumMap<>(Numerics.class);
    times.put(Numerics.FLOAT32, Duration.ofMillis(float32));
    times.put(Numerics.FLOAT16, Duration.ofMillis(float16));
    times.put(Numerics.BFLOAT16, Duration.ofMillis(bfloat16));
    times.put(Numerics.INT4, Duration.ofMillis(int4));

    assertThat(AutoNumerics.fastest(times)).isEqualTo(expected);
  }

  /** Times of 1, 11 and 128 rows, in int4 and in bfloat16. */
  @ParameterizedTest
  @CsvSource({
    "10, 40, 30, 40, 200, 80, 20",
    "10, 20, 20, 10, 200, 80, 6",
    "10, 20, 30, 40, 200, 80, 20",
    "10, 10, 20, 10, 200, 80, 2",
    "10, 40, 30, 40, 100, 90, 0",
    "10, 40, 30, 40, 50, 80, 0",
  })
  void takesTheSecondFormatFromWhereItIsFaster(
      int one, int oneSecond, int few, int fewSecond, int many, int manySecond, int expected) {
    Map<Work, Map<Numerics, Duration>> times = new EnumMap<>(Work.class);
    times.put(Work.NEXT_TOKEN, both(one, oneSecond));
    times.put(Work.CANDIDATES, both(few, fewSecond));
    times.put(Work.TEXTS, both(many, manySecond));

    OptionalInt from = AutoNumerics.crossing(times, Numerics.INT4);
    assertThat(from).isEqualTo(expected == 0 ? OptionalInt.empty() : OptionalInt.of(expected));
  }

  private static Map<Numerics, Duration> both(int int4, int bfloat16) {
    return Map.of(
        Numerics.INT4, Duration.ofMillis(int4), Numerics.BFLOAT16, Duration.ofMillis(bfloat16));
  }

  @Test
  void measuresEveryFormatForEveryWork() {
    TinyCheckpoint.llama(1).write(folder);
    try (Checkpoint checkpoint = Checkpoints.open(folder)) {
      Map<Work, Map<Numerics, Duration>> times = NumericsTrial.run(checkpoint, FORMATS, 1);

      assertThat(times).containsOnlyKeys(Work.values());
      for (Map<Numerics, Duration> ofWork : times.values()) {
        assertThat(ofWork).containsOnlyKeys(FORMATS);
        assertThat(ofWork.values()).allMatch(time -> time.toNanos() > 0);
      }
    }
  }

  @Test
  void refusesACheckpointThatLacksATensorBeforeItMeasures() throws IOException {
    TinyCheckpoint model = TinyCheckpoint.llama(1);
    Map<String, TensorData> tensors = new LinkedHashMap<>(model.tensors());
    tensors.remove(ModelTensors.FINAL_NORM);
    Files.writeString(folder.resolve("config.json"), model.config().toString());
    SafetensorsWriter.write(folder.resolve("model.safetensors"), tensors, Map.of("format", "pt"));
    Path measurements = folder.resolve("numerics.json");
    try (Checkpoint checkpoint = Checkpoints.open(folder)) {
      assertThatThrownBy(
              () -> new AutoNumerics(measurements).choose(checkpoint, "cpu", 1, Work.TEXTS))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining(ModelTensors.FINAL_NORM);
    }
    assertThat(measurements).doesNotExist();
  }

  @Test
  void choosesInFourBitsOnlyWhatIsStoredInFourBits() {
    TinyCheckpoint.llama(1).write(folder);
    Path measurements = folder.resolve("numerics.json");
    try (Checkpoint checkpoint = Checkpoints.open(folder)) {
      Numerics chosen =
          new AutoNumerics(measurements).resolve("auto", checkpoint, "cpu", 1, Work.NEXT_TOKEN);

      assertThat(chosen).isIn(Numerics.FLOAT32, Numerics.FLOAT16, Numerics.BFLOAT16);
      assertThat(measurements).content().contains("next token").doesNotContain("int4");
    }
  }

  @Test
  void takesANamedFormatWithoutMeasuring() {
    Path measurements = folder.resolve("numerics.json");

    Numerics named =
        new AutoNumerics(measurements)
            .resolve("bfloat16", folder.resolve("none"), "cpu", 1, Work.TEXTS);

    assertThat(named).isEqualTo(Numerics.BFLOAT16);
    assertThat(measurements).doesNotExist();
    assertThatThrownBy(() -> Numerics.named("fp8"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("numerics: fp8 (expected: auto, float32, bfloat16, float16, int8 or int4)");
  }

  @Test
  void measuresOnceForASubject() {
    AtomicInteger trials = new AtomicInteger();
    Path file = folder.resolve("new").resolve("numerics.json");

    Map<Numerics, Duration> first = get(file, "one machine", trials);
    Map<Numerics, Duration> again = get(file, "one machine", trials);
    get(file, "another machine", trials);

    assertThat(again).isEqualTo(first);
    assertThat(trials).hasValue(2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{\"one machine\"",
        "{\"one machine\": {\"float32\": 5, \"bfloat16\": 6}}",
        "{\"one machine\": {\"texts\": {\"float32\": 5}}}",
        "{\"one machine\": {\"texts\": {\"float32\": 5, \"bfloat16\": -1}}}",
        "{\"one machine\": {\"texts\": {\"float32\": 5, \"bfloat16\": \"soon\"}}}"
      })
  void measuresAgainIfTheFileIsDamaged(String damaged) throws IOException {
    AtomicInteger trials = new AtomicInteger();
    Path file = Files.writeString(folder.resolve("numerics.json"), damaged);

    get(file, "one machine", trials);
    get(file, "one machine", trials);

    assertThat(trials).hasValue(1);
  }

  @Test
  void measuresWhereNothingCanBeKept() throws IOException {
    AtomicInteger trials = new AtomicInteger();
    Path occupied = Files.writeString(folder.resolve("file"), "");

    get(occupied.resolve("numerics.json"), "one machine", trials);

    assertThat(trials).hasValue(1);
  }

  private static Map<Numerics, Duration> get(Path file, String subject, AtomicInteger trials) {
    return new NumericsMeasurements(file)
        .get(
            subject,
            Work.TEXTS,
            FORMATS,
            () -> {
              int trial = trials.incrementAndGet();
              return Map.of(
                  Work.TEXTS,
                  Map.of(
                      Numerics.FLOAT32, Duration.ofNanos(trial),
                      Numerics.BFLOAT16, Duration.ofNanos(10L + trial)));
            });
  }
}
