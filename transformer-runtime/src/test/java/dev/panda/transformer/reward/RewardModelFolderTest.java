package dev.panda.transformer.reward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.panda.transformer.checkpoint.CheckpointException;
import dev.panda.transformer.checkpoint.ScalarType;
import dev.panda.transformer.checkpoint.TensorData;
import dev.panda.transformer.checkpoint.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RewardModelFolderTest {
  static final TokenHeadRecord TOKEN_HEAD =
      new TokenHeadRecord(
          "clarity",
          2,
          1,
          "answers.jsonl",
          "ab",
          "MIT",
          9,
          3,
          10,
          0.8,
          0.7,
          0.6,
          "ef",
          "float32",
          1,
          "panda");

  @TempDir private Path folder;

  @Test
  void readsWhatItWrote() {
    RewardModel model = Models.model(Pooling.INCREMENT, Optional.of(new Clip(-0.5, 1.25)), 0.75f);
    Accuracy accuracy = new Accuracy(0.9, 0.85, 0.95);
    TrainingRecord record =
        new TrainingRecord(
            "by hand",
            new TrainingRecord.Data("pairs.jsonl", "ab", "made up", "MIT", 12, 3, 1),
            new TrainingRecord.Selection(
                4, 2, 0.1, true, List.of(new TrainingRecord.Searched(2, Pooling.MEAN, 0.8))),
            Optional.of(
                new TrainingRecord.Adaptation(
                    100, 20, 10, List.of(new TrainingRecord.Measurement(0, 0.6, 0.7)))),
            Optional.of(new TrainingRecord.CalibrationSample(8, 96, false)),
            new TrainingRecord.Evaluation(
                "test.jsonl",
                "cd",
                5,
                2,
                List.of(new HeldOutAccuracy(100, accuracy, accuracy, accuracy)),
                0.04),
            Optional.of(new TrainingRecord.Counterpart("clarity-judge", Role.GUIDE, 9, 0.7, 0.6)),
            "ef",
            "float32",
            42,
            "panda train-reward");
    RewardModel recorded = new RewardModel(model.card().withTraining(record), model.head());

    RewardModelFolder.write(folder.resolve("new"), recorded);
    RewardModel read = RewardModelFolder.read(folder.resolve("new"));

    assertThat(read.card()).isEqualTo(recorded.card());
    assertThat(read.head().weight()).isEqualTo(model.head().weight());
    assertThat(read.head().bias()).isEqualTo(model.head().bias());
  }

  @Test
  void readsTheTokenHeadThatItWrote() {
    RewardModel model = Models.model(Pooling.MEAN, Optional.empty(), 0.75f);
    TokenHead head =
        new TokenHead(
            new float[][] {{1, 2, 3}, {4, 5, 6}}, new float[] {1, 0, 0, 1}, new float[] {7, 8});

    RewardModelFolder.write(
        folder,
        new RewardModel(
            model.card().withTokenHead("fast", TOKEN_HEAD), model.head(), Optional.of(head)));
    RewardModel read = RewardModelFolder.read(folder);

    assertThat(read.card().preference()).isEqualTo("fast");
    assertThat(read.card().tokenHead()).contains(TOKEN_HEAD);
    TokenHead readHead = read.tokenHead().orElseThrow();
    assertThat(readHead.states()).isDeepEqualTo(head.states());
    assertThat(readHead.tokens()).isEqualTo(head.tokens());
    assertThat(readHead.offsets()).isEqualTo(head.offsets());
    assertThat(readHead.projections(new float[] {1, 1, 1}, new int[] {0, 1}))
        .containsExactly(1 + 2 + 3 + 7, 4 + 5 + 6 + 8);
  }

  @ParameterizedTest
  @CsvSource({
    "3,1,2,2,'tokens: shape [1, 2] (expected: [2, 2])'",
    "3,2,3,2,'tokens: shape [2, 3] (expected: [2, 2])'",
    "0,2,2,2,'states: shape [2, 0] (expected: 2 dimensions, none of them 0)'"
  })
  void refusesATokenHeadOfOtherShapes(
      int width, int tokens, int rank, int offsets, String message) {
    RewardModel model = Models.model(Pooling.MEAN, Optional.empty(), 0.75f);
    RewardModelFolder.write(
        folder, new RewardModel(model.card().withTokenHead("fast", TOKEN_HEAD), model.head()));
    Path file = folder.resolve("token_head.safetensors");
    SafetensorsWriter.write(
        file,
        Map.of(
            "states", tensor(2, width), "tokens", tensor(tokens, rank), "offsets", tensor(offsets)),
        Map.of());

    assertThatThrownBy(() -> RewardModelFolder.read(folder))
        .isInstanceOf(RewardModelException.class)
        .hasMessage(file + ": " + message);
  }

  private static TensorData tensor(Integer... shape) {
    int size = Arrays.stream(shape).reduce(1, (a, b) -> a * b);
    return new TensorData(ScalarType.F32, List.of(shape), new float[size]);
  }

  @Test
  void overwritesAndLeavesNothingBeside() throws IOException {
    RewardModelFolder.write(folder, Models.model(Pooling.LAST, Optional.empty(), 0));
    RewardModel model = Models.model(Pooling.MEAN, Optional.empty(), 0.5f);

    RewardModelFolder.write(folder, model);

    assertThat(RewardModelFolder.read(folder).card()).isEqualTo(model.card());
    assertThat(RewardModelFolder.read(folder).head().bias()).isEqualTo(0.5f);
    assertThat(folder).isDirectoryNotContaining("glob:**.partial");
  }

  @Test
  void aPlainHeadLeavesNoWeightsOfAnEarlierModel() throws IOException {
    Path other = Files.createDirectories(folder.resolve("model"));
    Files.createFile(other.resolve("adapter_config.json"));
    Files.createFile(other.resolve("adapter_model.safetensors"));
    Files.createFile(other.resolve("model.safetensors"));

    RewardModelFolder.write(other, Models.model(Pooling.MEAN, Optional.empty(), 0));

    assertThat(other.toFile().list()).containsExactlyInAnyOrder("reward.json", "head.safetensors");
  }

  @Test
  void keepsTheOldCardIfTheNewModelCannotBeWritten() throws IOException {
    RewardModel old = Models.model(Pooling.LAST, Optional.empty(), 0);
    RewardModelFolder.write(folder, old);
    Path head = folder.resolve("head.safetensors");
    Files.delete(head);
    Files.createDirectories(head.resolve("in the way"));

    assertThatThrownBy(
            () ->
                RewardModelFolder.write(folder, Models.model(Pooling.MEAN, Optional.empty(), 0.5f)))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("head.safetensors: cannot be written");
    assertThat(RewardModelFolder.readCard(folder)).isEqualTo(old.card());
    assertThat(folder).isDirectoryNotContaining("glob:**.partial");
  }

  @Test
  void readsACardWithoutATrainingRecord() {
    RewardModel model = Models.model(Pooling.MEAN, Optional.empty(), 0);

    RewardModelFolder.write(folder, model);

    assertThat(RewardModelFolder.read(folder).card()).isEqualTo(model.card());
    assertThat(RewardModelFolder.hasCard(folder)).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          "layer" : 2            | "layer" : 0              | readout: layer: 0 (expected: >= 1)
          "layer" : 2            | "layer" : 2.5            | layer
          "layer" : 2            | "layer" : 2, "layers" : 2 | readout.layers: unknown field
          "pooling" : "mean"     | "pooling" : "median"     | pooling
          "low" : -1.0           | "low" : 9.0              | clip: [9.0, 1.0] (expected:
          "standard_deviation" : 2.0 | "standard_deviation" : 0 | standard_deviation: 0 (expected: 1.0E-9 to 1.0E12)
          "standard_deviation" : 2.0 | "standard_deviation" : 1e-300 | standard_deviation: 1.0E-300 (expected:
          "standard_deviation" : 2.0 | "standard_deviation" : 1e999 | standard_deviation: Infinity (expected:
          "mean" : 1.0           | "mean" : 1e300           | mean: 1.0E300 (expected: -1.0E12 to 1.0E12)
          "low" : -1.0           | "low" : -1e300           | low: -1.0E300 (expected:
          "default_strength" : 1.0 | "default_strength" : 1e9 | default_strength: 1000000000 (expected: -1000000 to 1000000)
          "preference" : "clarity" | "preference" : "../x"  | preference: ../x (expected:
          "preference" : "clarity" | "preference" : null    | preference
          "preference" : "clarity" | "preference" : "a", "preference" : "b" | not JSON: Duplicate field
          """)
  void refusesACardAndNamesFileAndField(String field, String poison, String message)
      throws IOException {
    RewardModelFolder.write(folder, Models.model(Pooling.MEAN, Optional.of(new Clip(-1, 1)), 0));
    Path card = folder.resolve("reward.json");
    String text = Files.readString(card);
    assertThat(text).contains(field);
    Files.writeString(card, text.replace(field, poison));

    assertThatThrownBy(() -> RewardModelFolder.read(folder))
        .isInstanceOf(RewardModelException.class)
        .hasMessageContaining("reward.json")
        .hasMessageContaining(message);
  }

  @Test
  void readsACardWithAByteOrderMarkAndNamesUtf16() throws IOException {
    RewardModelFolder.write(folder, Models.model(Pooling.MEAN, Optional.empty(), 0));
    Path card = folder.resolve("reward.json");
    RewardCard plain = RewardModelFolder.readCard(folder);
    String text = "\uFEFF" + Files.readString(card);

    Files.writeString(card, text);
    assertThat(RewardModelFolder.readCard(folder)).isEqualTo(plain);
    Files.writeString(card, text, StandardCharsets.UTF_16LE);
    assertThatThrownBy(() -> RewardModelFolder.readCard(folder))
        .isInstanceOf(RewardModelException.class)
        .hasMessage(card + ": UTF-16 (expected: UTF-8)");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 5, 40, 100})
  void refusesAHeadCutShort(int length) throws IOException {
    RewardModelFolder.write(folder, Models.model(Pooling.MEAN, Optional.empty(), 0));
    Path head = folder.resolve("head.safetensors");
    byte[] bytes = Files.readAllBytes(head);
    Files.write(head, Arrays.copyOf(bytes, length));

    assertThatThrownBy(() -> RewardModelFolder.read(folder))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("head.safetensors");
  }

  @Test
  void refusesWeightsThatAreNotFinite() throws IOException {
    RewardModelFolder.write(folder, Models.model(Pooling.MEAN, Optional.empty(), 0));
    Path head = folder.resolve("head.safetensors");
    byte[] bytes = Files.readAllBytes(head);
    for (int i = bytes.length - 8; i < bytes.length; i++) {
      bytes[i] = (byte) 0xFF; // NaN
    }
    Files.write(head, bytes);

    assertThatThrownBy(() -> RewardModelFolder.read(folder))
        .isInstanceOf(RewardModelException.class)
        .hasMessageContaining("NaN (expected: -1000000000 to 1000000000)");
  }

  @Test
  void refusesAFolderWithoutAHead() throws IOException {
    RewardModelFolder.write(folder, Models.model(Pooling.MEAN, Optional.empty(), 0));
    Files.delete(folder.resolve("head.safetensors"));

    assertThatThrownBy(() -> RewardModelFolder.read(folder))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("head.safetensors");
  }
}
