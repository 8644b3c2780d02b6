package dev.panda.reward.serving.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.panda.reward.testing.TinyRewards;
import dev.panda.transformer.checkpoint.CheckpointException;
import dev.panda.transformer.checkpoint.ScalarType;
import dev.panda.transformer.checkpoint.TensorData;
import dev.panda.transformer.checkpoint.safetensors.SafetensorsWriter;
import dev.panda.transformer.reward.Pooling;
import dev.panda.transformer.reward.RewardModel;
import dev.panda.transformer.reward.RewardModelException;
import dev.panda.transformer.reward.RewardModelFolder;
import dev.panda.transformer.reward.TokenHead;
import dev.panda.transformer.reward.loading.Backbone;
import dev.panda.transformer.reward.loading.Fingerprint;
import dev.panda.transformer.testing.PlainRewards;
import dev.panda.transformer.testing.TinyCheckpoint;
import dev.panda.transformer.testing.TinyModels;
import dev.panda.transformer.testing.TinyTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RewardLoaderTest extends RewardLoaderCase {
  @Test
  void loadsEveryRewardModelOfTheBackboneByName() {
    write("wit", TinyModels.readout(2, Pooling.LAST));
    write("brevity", TinyModels.readout(1, Pooling.MEAN));

    try (ServedRewards served = load(Map.of())) {
      assertThat(served.models())
          .extracting(model -> model.card().preference())
          .containsExactly("brevity", "wit");
      assertThat(served.backbone())
          .isEqualTo(
              new Backbone("tiny", TinyRewards.VOCABULARY, fingerprint, TinyRewards.CONTEXT));
    }
  }

  @Test
  void readsLayerBelowTheTopWithoutTheFinalNorm() {
    write("mean", TinyModels.readout(2, Pooling.MEAN));

    try (ServedRewards served = load(Map.of());
        PlainRewards plain = new PlainRewards(backbone)) {
      assertThat(raw(served)).isCloseTo(plain(plain, served), within(1e-4));
    }
  }

  @Test
  void findsRewardModelsBelowEveryRootTheFirstToCount() throws IOException {
    Path other = Files.createDirectories(roots.resolve("other"));
    write("wit", TinyModels.readout(2, Pooling.LAST));
    write(other.resolve("tiny/rewards/wit"), "wit", TinyModels.readout(1, Pooling.LAST));
    write(other.resolve("tiny/rewards/brevity"), "brevity", TinyModels.readout(1, Pooling.MEAN));

    try (ServedRewards served = load(Map.of("model-roots", other.toString()))) {
      assertThat(served.models())
          .extracting(model -> model.card().preference() + model.card().readout().layer())
          .containsExactly("brevity1", "wit2");
    }
  }

  @Test
  void loadsThePreferencesThatAreNamed() {
    write("wit", TinyModels.readout(2, Pooling.LAST));
    write("brevity", TinyModels.readout(1, Pooling.MEAN));
    Path elsewhere = roots.resolve("elsewhere");
    write(elsewhere, "kindness", TinyModels.readout(1, Pooling.MEAN));

    try (ServedRewards served = load(Map.of("preferences", "wit," + elsewhere))) {
      assertThat(served.models())
          .extracting(model -> model.card().preference())
          .containsExactly("kindness", "wit");
    }
  }

  @Test
  void servesJudgesOnlyIfTheyAreNamed() {
    writeGuideAndJudge();

    try (ServedRewards served = load(Map.of())) {
      assertThat(names(served)).containsExactly("wit");
    }
    try (ServedRewards served = load(Map.of("preferences", "wit,wit-judge"))) {
      assertThat(names(served)).containsExactly("wit", "wit-judge");
    }
  }

  @Test
  void warnsOfAJudgeThatWasTrainedWithAnotherGuide() {
    writeGuideAndJudge();
    try (ServedRewards served = load(Map.of("preferences", "wit-judge"))) {
      assertThat(names(served)).containsExactly("wit-judge");
      assertThat(notices).isEmpty();
    }

    write("wit", TinyModels.readout(2, Pooling.MEAN));
    try (ServedRewards served = load(Map.of("preferences", "wit-judge"))) {
      assertThat(names(served)).containsExactly("wit-judge");
      assertThat(notices)
          .singleElement()
          .asString()
          .startsWith("preference wit-judge: judges another wit than the present one");
    }
    notices.clear();

    Path together = roots.resolve("elsewhere/wit");
    RewardModelFolder.write(together, guide());
    try (ServedRewards served = load(Map.of("preferences", "wit-judge," + together))) {
      assertThat(names(served)).containsExactly("wit", "wit-judge");
      assertThat(notices).isEmpty();
    }
  }

  @Test
  void warnsOfATokenHeadThatWasDistilledFromAnotherRewardModel() {
    RewardModel old =
        TinyModels.random(
            "tiny", fingerprint, TinyModels.readout(1, Pooling.MEAN), TinyRewards.HIDDEN);
    RewardModelFolder.write(backbone.resolve("rewards/tiny"), old);
    writeTokenHead(old);
    try (ServedRewards served = load(Map.of())) {
      assertThat(names(served)).containsExactly("fast", "tiny");
      assertThat(notices).isEmpty();
    }

    write("tiny", TinyModels.readout(2, Pooling.MEAN));
    try (ServedRewards served = load(Map.of())) {
      assertThat(names(served)).containsExactly("fast", "tiny");
      assertThat(notices)
          .singleElement()
          .asString()
          .startsWith("preference fast: distilled from another tiny than the present one");
    }
  }

  private void writeTokenHead(RewardModel teacher) {
    RewardModel distilled = TinyModels.distilled(teacher, Fingerprint.ofCheckpoint(backbone));
    RewardModelFolder.write(
        backbone.resolve("rewards/fast"),
        new RewardModel(
            distilled.card().withTokenHead("fast", distilled.card().tokenHead().orElseThrow()),
            teacher.head(),
            Optional.of(
                new TokenHead(
                    new float[1][TinyRewards.HIDDEN],
                    new float[TinyRewards.VOCABULARY],
                    new float[TinyRewards.VOCABULARY]))));
  }

  @Test
  void saysWhatToNameIfThereIsOnlyAJudge() throws IOException {
    writeGuideAndJudge();
    Files.delete(backbone.resolve("rewards/wit/reward.json"));

    assertThatThrownBy(() -> load(Map.of()))
        .isInstanceOf(RewardModelException.class)
        .hasMessageContaining(
            "expected: one of wit-judge, chosen by name: panda.reward.preferences=");
  }

  private RewardModel guide() {
    RewardModel model =
        TinyModels.random(
            "wit", fingerprint, TinyModels.readout(2, Pooling.LAST), TinyRewards.HIDDEN);
    return TinyModels.guiding(
        TinyModels.trained(model, Fingerprint.ofCheckpoint(backbone)), "wit-judge");
  }

  private void writeGuideAndJudge() {
    RewardModelFolder.write(backbone.resolve("rewards/wit"), guide());
    RewardModel judge =
        TinyModels.random(
            "wit-judge", fingerprint, TinyModels.readout(1, Pooling.MEAN), TinyRewards.HIDDEN);
    RewardModelFolder.write(
        backbone.resolve("rewards/wit-judge"),
        TinyModels.judging(TinyModels.trained(judge, Fingerprint.ofCheckpoint(backbone)), "wit"));
  }

  private static List<String> names(ServedRewards served) {
    return served.models().stream().map(model -> model.card().preference()).toList();
  }

  @Test
  void listsTheKnownPreferencesForAnUnknownOne() {
    write("wit", TinyModels.readout(2, Pooling.LAST));
    write("zeal", TinyModels.readout(2, Pooling.LAST));

    assertThatThrownBy(() -> load(Map.of("preferences", "speed")))
        .isInstanceOf(RewardModelException.class)
        .hasMessage("preference: speed (expected: wit, zeal or a folder with reward.json)");
  }

  @Test
  void saysWhereItLookedIfThereAreNoPreferences() {
    assertThatThrownBy(() -> load(Map.of("preferences", "speed")))
        .isInstanceOf(RewardModelException.class)
        .hasMessageContaining(
            "preference: speed (expected: a folder with reward.json; none found in ")
        .hasMessageContaining(backbone.resolve("rewards").toString());
  }

  @Test
  void refusesBackboneWithoutRewardModels() {
    assertThatThrownBy(() -> load(Map.of()))
        .isInstanceOf(RewardModelException.class)
        .hasMessageContaining("no reward model (expected: reward.json in one of [")
        .hasMessageContaining(backbone.resolve("rewards").toString());
  }

  @Test
  void refusesTwoRewardModelsOfOneName() {
    write("wit", TinyModels.readout(2, Pooling.LAST));
    write(backbone.resolve("rewards/zeal"), "wit", TinyModels.readout(1, Pooling.LAST));

    assertThatThrownBy(() -> load(Map.of()))
        .isInstanceOf(RewardModelException.class)
        .hasMessage(backbone.resolve("rewards/zeal") + ": preference: wit (expected: only once)");
  }

  @Test
  void refusesHeadOfAnotherTokenizer() {
    Path folder = backbone.resolve("rewards/wit");
    RewardModelFolder.write(
        folder, TinyModels.random("wit", "0badc0de", TinyModels.readout(2, Pooling.LAST), 32));

    assertThatThrownBy(() -> load(Map.of()))
        .isInstanceOf(RewardModelException.class)
        .hasMessage(
            "%s: tokenizer_fingerprint: 0badc0de (expected: %s, as for the backbone tiny)"
                .formatted(folder, fingerprint));
  }

  @Test
  void refusesHeadOfAnotherHiddenSize() {
    Path folder = backbone.resolve("rewards/wit");
    RewardModelFolder.write(
        folder, TinyModels.random("wit", fingerprint, TinyModels.readout(2, Pooling.LAST), 31));

    assertThatThrownBy(() -> load(Map.of()))
        .isInstanceOf(RewardModelException.class)
        .hasMessage(folder + ": weight: 31 numbers (expected: 32, the backbone's hidden size)");
  }

  @Test
  void refusesLayerBeyondTheBackbone() {
    write("wit", TinyModels.readout(TinyRewards.LAYERS + 1, Pooling.LAST));

    assertThatThrownBy(() -> load(Map.of()))
        .isInstanceOf(RewardModelException.class)
        .hasMessage(
            backbone.resolve("rewards/wit")
                + ": layer: 4 (expected: 1 to 3, the backbone's layers)");
  }

  @ParameterizedTest
  @CsvSource({"NaN, 0, weight[7]: NaN", "Infinity, 0, weight[7]: Infinity", "1, NaN, bias: NaN"})
  void refusesHeadWithNumbersThatAreNotFinite(float weight, float bias, String message) {
    write("wit", TinyModels.readout(2, Pooling.LAST));
    Path head = backbone.resolve("rewards/wit/head.safetensors");
    float[] weights = new float[TinyRewards.HIDDEN];
    weights[7] = weight;
    SafetensorsWriter.write(
        head,
        Map.of(
            "weight", new TensorData(ScalarType.F32, List.of(weights.length), weights),
            "bias", new TensorData(ScalarType.F32, List.of(), new float[] {bias})),
        Map.of());

    assertThatThrownBy(() -> load(Map.of()))
        .isInstanceOf(RewardModelException.class)
        .hasMessage(head + ": " + message + " (expected: -1000000000 to 1000000000)");
  }

  @ParameterizedTest
  @CsvSource({
    "mean, NaN, calibration: Non-standard token",
    "mean, 1e999, mean: Infinity",
    "standard_deviation, 0, standard_deviation: 0",
    "default_strength, -1e999, default_strength: -Infinity"
  })
  void refusesCardWithNumbersThatAreNotFinite(String field, String number, String message)
      throws IOException {
    write("wit", TinyModels.readout(2, Pooling.LAST));
    Path card = backbone.resolve("rewards/wit/reward.json");
    String broken =
        Files.readString(card)
            .replaceAll("\"" + field + "\"\\s*:\\s*[^,\\s]+", "\"" + field + "\": " + number);
    Files.writeString(card, broken);

    assertThatThrownBy(() -> load(Map.of()))
        .isInstanceOf(RewardModelException.class)
        .hasMessageContaining(card.toString())
        .hasMessageContaining(message);
  }

  @Test
  void refusesFolderWithCardAndNoHead() throws IOException {
    write("wit", TinyModels.readout(2, Pooling.LAST));
    Path head = backbone.resolve("rewards/wit/head.safetensors");
    Files.delete(head);

    assertThatThrownBy(() -> load(Map.of()))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining(head.toString());
  }

  @Test
  void refusesTokenizerWithTokensThatTheBackboneLacks() {
    Path small = roots.resolve("small");
    TinyCheckpoint.llama(1).vocabSize(TinyTokenizer.SIZE - 1).write(small);
    TinyTokenizer.write(small);

    assertThatThrownBy(() -> load(Map.of("model", small.toString())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("tokenizer with 286 tokens (expected: at most the model's 285, not")
        .hasMessageContaining("give the model an embedding for each token");
  }

  @Test
  void refusesUnknownModel() {
    assertThatThrownBy(() -> load(Map.of("model", "absent")))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("model: absent (expected: tiny, or a path; ");
  }
}
