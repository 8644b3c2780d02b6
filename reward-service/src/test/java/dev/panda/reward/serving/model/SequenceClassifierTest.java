package dev.panda.reward.serving.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.panda.reward.testing.TinyRewards;
import dev.panda.transformer.checkpoint.Checkpoint;
import dev.panda.transformer.checkpoint.CheckpointException;
import dev.panda.transformer.checkpoint.Checkpoints;
import dev.panda.transformer.checkpoint.TensorData;
import dev.panda.transformer.checkpoint.safetensors.SafetensorsWriter;
import dev.panda.transformer.reward.Calibration;
import dev.panda.transformer.reward.Pooling;
import dev.panda.transformer.reward.Readout;
import dev.panda.transformer.reward.RewardModel;
import dev.panda.transformer.reward.RewardModelException;
import dev.panda.transformer.testing.PlainRewards;
import dev.panda.transformer.testing.TinyCheckpoint;
import dev.panda.transformer.testing.TinyModels;
import dev.panda.transformer.testing.TinyTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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
  void servesTheLabelThatIsNamedAndSaysSoInItsCard() throws IOException {
    Path classifier = writeClassifier("judge", 2);
    names(classifier, "{\"0\": \"bad\", \"1\": \"Good one\"}");

    try (ServedRewards served = load(Map.of("model", classifier.toString(), "label", "Good one"));
        PlainRewards plain = new PlainRewards(classifier)) {
      RewardModel model = served.models().get(0);
      assertThat(model.card().preference()).isEqualTo("judge-good-one");
      assertThat(model.card().description())
          .isEqualTo("Responses that judge scores high for the label Good one.");
      float[] score = score(classifier);
      assertThat(model.head().weight())
          .isEqualTo(Arrays.copyOfRange(score, score.length / 2, score.length));
      assertThat(raw(served)).isCloseTo(plain(plain, served), within(1e-4));
    }
  }

  @Test
  void asksForTheLabelIfThereAreSeveral() throws IOException {
    Path classifier = writeClassifier("judge", 2);
    Map<String, String> unlabelled = Map.of("model", classifier.toString());
    String unchosen =
        classifier
            + ": label: none chosen (expected: one of %s, with panda.reward.label or --label;";

    assertThatThrownBy(() -> load(unlabelled))
        .isInstanceOf(RewardModelException.class)
        .hasMessageStartingWith(unchosen.formatted("[LABEL_0, LABEL_1]"));

    names(classifier, "{\"0\": \"bad\", \"1\": \"good\"}");
    assertThatThrownBy(() -> load(unlabelled))
        .hasMessageStartingWith(unchosen.formatted("[bad, good]"));
    assertThatThrownBy(() -> load(Map.of("model", classifier.toString(), "label", "Good")))
        .isInstanceOf(RewardModelException.class)
        .hasMessage(
            classifier + ": label: Good (expected: one of [bad, good], which the model has once)");

    write(classifier.resolve("rewards/wit"), "wit", TinyModels.readout(2, Pooling.MEAN));
    try (ServedRewards served = load(unlabelled)) {
      assertThat(served.models()).hasSize(1);
      assertThat(notices).anyMatch(line -> line.startsWith(unchosen.formatted("[bad, good]")));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"0\": \"bad\"}", "{\"0\": \"bad\", \"2\": \"good\"}"})
  void refusesNamesThatDoNotFitTheHead(String names) throws IOException {
    Path classifier = writeClassifier("judge", 2);
    names(classifier, names);

    assertThatThrownBy(() -> load(Map.of("model", classifier.toString(), "label", "bad")))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining(
            "id2label: %d labels (expected: one for each of the 2 rows of score.weight, named from 0)"
                .formatted(names.contains(",") ? 2 : 1));
  }

  @Test
  void refusesTheSameNameForTwoLabels() throws IOException {
    Path classifier = writeClassifier("judge", 2);
    names(classifier, "{\"0\": \"good\", \"1\": \"good\"}");

    assertThatThrownBy(() -> load(Map.of("model", classifier.toString(), "label", "good")))
        .isInstanceOf(RewardModelException.class)
        .hasMessageContaining(
            "label: good (expected: one of [good, good], which the model has once)");
  }

  @Test
  void saysOfALanguageModelThatItHasNoHead() {
    assertThatThrownBy(() -> load(Map.of()))
        .isInstanceOf(RewardModelException.class)
        .hasMessageStartingWith(
            backbone
                + ": LlamaForCausalLM without a reward head: no reward model (expected: reward.json")
        .hasMessageContaining("or as the model itself one of [LlamaForSequenceClassification, ");
  }

  @Test
  void saysWhatToDoWithAModelThatIsNamedAsAPreference() {
    String classifier = writeClassifier("judge", 1).toString();

    assertThatThrownBy(() -> load(Map.of("preferences", classifier)))
        .isInstanceOf(RewardModelException.class)
        .hasMessageContaining(
            "; a sequence classifier is given as the model, with panda.reward.model");
  }

  @Test
  void saysWhatAnAdapterLacks() throws IOException {
    Path adapter = Files.createDirectories(roots.resolve("adapter"));
    Files.writeString(adapter.resolve("adapter_config.json"), "{}");

    assertThatThrownBy(() -> load(Map.of("preferences", adapter.toString())))
        .isInstanceOf(RewardModelException.class)
        .hasMessageContaining("; an adapter needs reward.json and head.safetensors beside it");
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
            + " [labels, 32]";

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

  /** Gives the classifier's labels these names. */
  private static void names(Path classifier, String names) throws IOException {
    Path config = classifier.resolve("config.json");
    ObjectNode json = (ObjectNode) new JsonMapper().readTree(config.toFile());
    json.set("id2label", new JsonMapper().readTree(names));
    Files.writeString(config, json.toString());
  }

  private static float[] score(Path classifier) {
    try (Checkpoint checkpoint = Checkpoints.open(classifier)) {
      return checkpoint.read("score.weight");
    }
  }
}
