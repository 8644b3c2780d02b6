package dev.panda.reward.serving.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.panda.reward.serving.head.Calibration;
import dev.panda.reward.serving.head.Pooling;
import dev.panda.reward.serving.head.Readout;
import dev.panda.reward.serving.head.RewardModel;
import dev.panda.reward.serving.head.RewardModelException;
import dev.panda.reward.testing.PlainRewards;
import dev.panda.reward.testing.TinyModels;
import dev.panda.reward.testing.TinyRewards;
import dev.panda.transformer.checkpoint.Checkpoint;
import dev.panda.transformer.checkpoint.Checkpoints;
import dev.panda.transformer.checkpoint.TensorData;
import dev.panda.transformer.checkpoint.safetensors.SafetensorsWriter;
import dev.panda.transformer.testing.TinyCheckpoint;
import dev.panda.transformer.testing.TinyTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SequenceClassifierTest extends RewardLoaderCase {
  @Test
  void servesSequenceClassifierUnchanged() {
    Path classifier = writeClassifier("My Judge", 1);

    try (ServedRewards served = load(Map.of("model", classifier.toString()));
        PlainRewards plain = new PlainRewards(classifier)) {
      RewardModel model = served.models().get(0);
      assertThat(served.models()).hasSize(1);
      assertThat(model.card().preference()).isEqualTo("my-judge");
      assertThat(model.card().readout())
          .isEqualTo(TinyModels.readout(TinyRewards.LAYERS, Pooling.LAST));
      assertThat(model.card().calibration()).isEqualTo(Calibration.NONE);
      assertThat(model.head().weight()).isEqualTo(score(classifier));
      assertThat(raw(served)).isCloseTo(plain(plain, served), within(1e-4));
    }
  }

  @Test
  void readsSequenceClassifierAsTheCardBesideItSays() throws IOException {
    Path classifier = writeClassifier("judge", 1);
    Path head = roots.resolve("head");
    Readout readout = TinyModels.clipped(2, Pooling.MEAN, -0.1, 0.1);
    write(head, "justice", readout);
    Files.copy(head.resolve("reward.json"), classifier.resolve("reward.json"));

    try (ServedRewards served = load(Map.of("model", classifier.toString()));
        PlainRewards plain = new PlainRewards(classifier)) {
      assertThat(served.models().get(0).card().preference()).isEqualTo("justice");
      assertThat(served.models().get(0).card().readout()).isEqualTo(readout);
      assertThat(raw(served)).isCloseTo(plain(plain, served), within(1e-4));
    }
  }

  @Test
  void servesHeadsBesideSequenceClassifier() {
    Path classifier = writeClassifier("judge", 1);
    write(classifier.resolve("rewards/wit"), "wit", TinyModels.readout(2, Pooling.MEAN));

    try (ServedRewards served = load(Map.of("model", classifier.toString()))) {
      assertThat(served.models())
          .extracting(model -> model.card().preference())
          .containsExactly("judge", "wit");
    }
  }

  @ParameterizedTest
  @CsvSource({"_Judge-7b.v2, judge-7b.v2", "%Judge, judge", "___, score"})
  void namesSequenceClassifierAfterItsFolder(String folder, String preference) {
    Path classifier = writeClassifier(folder, 1);

    try (ServedRewards served = load(Map.of("model", classifier.toString()))) {
      assertThat(served.models().get(0).card().preference()).isEqualTo(preference);
    }
  }

  @Test
  void refusesSequenceClassifierOfTwoScores() {
    Path classifier = writeClassifier("judge", 2);

    assertThatThrownBy(() -> load(Map.of("model", classifier.toString())))
        .isInstanceOf(RewardModelException.class)
        .hasMessageContaining(
            "tensor score.weight: shape [2, 32] (expected: [1, 32], a single score)");
  }

  @Test
  void refusesSequenceClassifierWithScoreThatIsNoNumber() {
    Path classifier = writeClassifier("judge", 1);
    Map<String, TensorData> tensors = classifier(1).tensors();
    float[] score = tensors.get("score.weight").values();
    score[3] = Float.NaN;
    SafetensorsWriter.write(
        classifier.resolve("model.safetensors"), tensors, Map.of("format", "pt"));

    assertThatThrownBy(() -> load(Map.of("model", classifier.toString())))
        .isInstanceOf(RewardModelException.class)
        .hasMessage(
            classifier + ": score.weight: weight[3]: NaN (expected: -1000000000 to 1000000000)");
  }

  @Test
  void refusesWeightsWhoseRewardsWouldOverflow() {
    Path classifier = writeClassifier("judge", 1);
    Map<String, TensorData> tensors = classifier(1).tensors();
    tensors.get("score.weight").values()[0] = 3e38f;
    SafetensorsWriter.write(classifier.resolve("model.safetensors"), tensors, Map.of());

    assertThatThrownBy(() -> load(Map.of("model", classifier.toString())))
        .isInstanceOf(RewardModelException.class)
        .hasMessageStartingWith(classifier + ": score.weight: weight[0]: 3.0E38")
        .hasMessageContaining("(expected: -1000000000 to 1000000000)");
  }

  @Test
  void namesTheHeadThatIsMissing() {
    Path classifier = writeClassifier("judge", 1);
    Map<String, TensorData> tensors = classifier(1).tensors();
    TensorData score = tensors.remove("score.weight");
    SafetensorsWriter.write(classifier.resolve("model.safetensors"), tensors, Map.of());
    String missing =
        classifier
            + ": tensor score.weight: missing (expected: the head of LlamaForSequenceClassification, shape"
            + " [1, 32]";

    assertThatThrownBy(() -> load(Map.of("model", classifier.toString())))
        .isInstanceOf(RewardModelException.class)
        .hasMessage(missing + ")");

    tensors.put("classifier.weight", score);
    SafetensorsWriter.write(classifier.resolve("model.safetensors"), tensors, Map.of());
    assertThatThrownBy(() -> load(Map.of("model", classifier.toString())))
        .hasMessage(missing + "; there are [classifier.weight])");

    write(classifier.resolve("rewards/wit"), "wit", TinyModels.readout(2, Pooling.MEAN));
    load(Map.of("model", classifier.toString())).close();
    assertThat(notices).contains(missing + "; there are [classifier.weight])");
  }

  private static TinyCheckpoint classifier(int labels) {
    return TinyCheckpoint.llama(5)
        .vocabSize(TinyRewards.VOCABULARY)
        .hiddenSize(TinyRewards.HIDDEN)
        .layers(TinyRewards.LAYERS)
        .context(TinyRewards.CONTEXT)
        .labels(labels);
  }

  private Path writeClassifier(String name, int labels) {
    Path folder = classifier(labels).write(roots.resolve(name));
    TinyTokenizer.write(folder);
    return folder;
  }

  private static float[] score(Path classifier) {
    try (Checkpoint checkpoint = Checkpoints.open(classifier)) {
      return checkpoint.read("score.weight");
    }
  }
}
