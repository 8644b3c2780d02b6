package dev.panda.reward.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.panda.reward.config.RewardConfig;
import dev.panda.reward.head.Calibration;
import dev.panda.reward.head.Method;
import dev.panda.reward.head.OwnWeights;
import dev.panda.reward.head.Pooling;
import dev.panda.reward.head.Readout;
import dev.panda.reward.head.ResponseRewards;
import dev.panda.reward.head.RewardModel;
import dev.panda.reward.head.RewardModelException;
import dev.panda.reward.head.RewardModelFolder;
import dev.panda.reward.head.RewardUnit;
import dev.panda.reward.testing.PlainRewards;
import dev.panda.reward.testing.RewardConfigs;
import dev.panda.reward.testing.TinyModels;
import dev.panda.reward.testing.TinyRewards;
import dev.panda.transformer.checkpoint.Checkpoint;
import dev.panda.transformer.checkpoint.CheckpointException;
import dev.panda.transformer.checkpoint.Checkpoints;
import dev.panda.transformer.checkpoint.ModelTensors;
import dev.panda.transformer.checkpoint.ScalarType;
import dev.panda.transformer.checkpoint.TensorData;
import dev.panda.transformer.checkpoint.adapter.AdaptedCheckpoint;
import dev.panda.transformer.checkpoint.adapter.LinearLayer;
import dev.panda.transformer.checkpoint.adapter.LowRankAdapter;
import dev.panda.transformer.checkpoint.adapter.LowRankFactors;
import dev.panda.transformer.checkpoint.safetensors.SafetensorsWriter;
import dev.panda.transformer.engine.Sequence;
import dev.panda.transformer.engine.Step;
import dev.panda.transformer.testing.TinyCheckpoint;
import dev.panda.transformer.testing.TinyTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RewardLoaderTest {
  private static final int[] PROMPT = {70, 12, 285};
  private static final int[] RESPONSE = {31, 200, 17, 8};

  private final List<String> notices = new ArrayList<>();

  @TempDir Path roots;
  private Path backbone;
  private String fingerprint;

  @BeforeEach
  void writeBackbone() {
    backbone = roots.resolve("tiny");
    TinyRewards.writeBackbone(backbone);
    fingerprint = TinyRewards.fingerprint(backbone);
  }

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
  void namesThePreferencesThereAreInsteadOfAnUnknownOne() {
    write("wit", TinyModels.readout(2, Pooling.LAST));
    write("zeal", TinyModels.readout(2, Pooling.LAST));

    assertThatThrownBy(() -> load(Map.of("preferences", "speed")))
        .isInstanceOf(RewardModelException.class)
        .hasMessage("preference: speed (expected: wit, zeal or a folder with reward.json)");
  }

  @Test
  void saysWherePreferencesWereLookedForWhereThereAreNone() {
    assertThatThrownBy(() -> load(Map.of("preferences", "speed")))
        .isInstanceOf(RewardModelException.class)
        .hasMessageContaining("preference: speed (expected: a folder with reward.json: ")
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
            "%s: tokenizer_fingerprint: 0badc0de (expected: %s, that of the backbone tiny)"
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
        .hasMessage(head + ": " + message + " (expected: finite)");
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
        .hasMessageContaining("tokenizer with 286 tokens (expected: at most the model's 285)");
  }

  @Test
  void refusesUnknownModel() {
    assertThatThrownBy(() -> load(Map.of("model", "absent")))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("model: absent (expected: one of [");
  }

  @Test
  void servesSequenceClassifierAsItIs() {
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
        .hasMessageContaining("tensor score.weight: shape [2, 32] (expected: [1, 32])");
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
        .hasMessage(classifier + ": score.weight: weight[3]: NaN (expected: finite)");
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

  @Test
  void servesARewardModelWithItsAdapterAloneAsTheBackboneWithItMerged() {
    LowRankAdapter adapter = writeAdapted("zeal");
    write("wit", TinyModels.readout(2, Pooling.LAST));

    double merged;
    try (Checkpoint base = Checkpoints.open(backbone)) {
      Path folder = roots.resolve("merged");
      Checkpoint weights = new AdaptedCheckpoint(base, adapter, folder);
      Map<String, TensorData> tensors = new LinkedHashMap<>();
      base.tensors()
          .forEach(
              (name, info) ->
                  tensors.put(
                      name, new TensorData(ScalarType.F32, info.shape(), weights.read(name))));
      TinyRewards.writeBackbone(folder);
      SafetensorsWriter.write(folder.resolve("model.safetensors"), tensors, Map.of());
      try (PlainRewards plain = new PlainRewards(folder)) {
        merged =
            plain.raw(RewardModelFolder.read(backbone.resolve("rewards/zeal")), PROMPT, RESPONSE);
      }
    }
    try (ServedRewards served = load(Map.of("preferences", "zeal"))) {
      assertThat(served.ownWeights()).contains(backbone.resolve("rewards/zeal"));
      assertThat(raw(served)).isCloseTo(merged, within(1e-4));
      try (PlainRewards plain = new PlainRewards(backbone)) {
        assertThat(Math.abs(merged - plain(plain, served))).isGreaterThan(0.01);
      }
    }
  }

  @Test
  void servesARewardModelWithWholeWeightsOfItsOwn() {
    writeOwn("zeal", Method.FULL);
    Map<String, TensorData> tensors;
    try (Checkpoint other =
        Checkpoints.open(
            TinyCheckpoint.llama(99)
                .vocabSize(TinyRewards.VOCABULARY)
                .hiddenSize(TinyRewards.HIDDEN)
                .layers(TinyRewards.LAYERS)
                .context(TinyRewards.CONTEXT)
                .write(roots.resolve("other")))) {
      TinyTokenizer.write(roots.resolve("other"));
      tensors = new LinkedHashMap<>();
      ModelTensors.shapes(other.config(), 2)
          .forEach(
              (name, shape) ->
                  tensors.put(name, new TensorData(ScalarType.F32, shape, other.read(name))));
    }
    OwnWeights.write(backbone.resolve("rewards/zeal"), tensors);

    try (ServedRewards served = load(Map.of("preferences", "zeal"));
        PlainRewards plain = new PlainRewards(roots.resolve("other"))) {
      assertThat(raw(served)).isCloseTo(plain(plain, served), within(1e-4));
    }
  }

  @Test
  void leavesOutUnlessNamedWhatHasWeightsOfItsOwnAndSaysHowToServeIt() {
    writeAdapted("zeal");
    write("wit", TinyModels.readout(2, Pooling.LAST));

    try (ServedRewards served = load(Map.of())) {
      assertThat(served.models())
          .extracting(model -> model.card().preference())
          .containsExactly("wit");
      assertThat(served.ownWeights()).isEmpty();
    }
    assertThat(notices)
        .containsExactly(
            "preference zeal is left out: it has weights of its own (name it alone:"
                + " panda.reward.preferences=zeal, or --preference zeal)");
  }

  @Test
  void refusesWeightsOfTheirOwnBesideOthers() {
    writeAdapted("zeal");
    writeAdapted("care");
    write("wit", TinyModels.readout(2, Pooling.LAST));

    for (String names : List.of("wit,zeal", "zeal,care")) {
      assertThatThrownBy(() -> load(Map.of("preferences", names)))
          .isInstanceOf(RewardModelException.class)
          .hasMessageContaining("zeal has weights of its own (expected: a reward service,")
          .hasMessageContaining("panda.reward.preferences=zeal");
    }
  }

  @Test
  void saysWhatToNameWhereAllHaveWeightsOfTheirOwn() {
    writeAdapted("zeal");

    assertThatThrownBy(() -> load(Map.of()))
        .isInstanceOf(RewardModelException.class)
        .hasMessageContaining("expected: one of zeal to be named: panda.reward.preferences=zeal");
  }

  @Test
  void refusesARewardModelWhoseAdapterIsMissing() {
    writeOwn("zeal", Method.LOW_RANK);

    assertThatThrownBy(() -> load(Map.of("preferences", "zeal")))
        .isInstanceOf(CheckpointException.class)
        .hasMessage(backbone.resolve("rewards/zeal/adapter_config.json") + ": no such file");
  }

  private LowRankAdapter writeAdapted(String preference) {
    writeOwn(preference, Method.LOW_RANK);
    LowRankAdapter adapter;
    try (Checkpoint checkpoint = Checkpoints.open(backbone)) {
      LowRankAdapter initial =
          LowRankAdapter.initial(
              checkpoint.config(), 2, List.of(LinearLayer.Q, LinearLayer.DOWN), 2, 4, 1);
      Map<String, LowRankFactors> factors = new LinkedHashMap<>();
      initial
          .factors()
          .forEach(
              (name, f) -> {
                float[] b = new float[f.b().length];
                Arrays.fill(b, 0.1f);
                factors.put(name, new LowRankFactors(2, f.a(), b));
              });
      adapter = initial.with(factors);
    }
    OwnWeights.write(backbone.resolve("rewards").resolve(preference), adapter, "tiny");
    return adapter;
  }

  private void writeOwn(String preference, Method method) {
    RewardModel frozen =
        TinyModels.random(
            preference, fingerprint, TinyModels.readout(2, Pooling.MEAN), TinyRewards.HIDDEN);
    RewardModelFolder.write(
        backbone.resolve("rewards").resolve(preference),
        new RewardModel(TinyModels.card(frozen.card(), method), frozen.head()));
  }

  private void write(String preference, Readout readout) {
    write(backbone.resolve("rewards").resolve(preference), preference, readout);
  }

  private void write(Path folder, String preference, Readout readout) {
    RewardModelFolder.write(
        folder, TinyModels.random(preference, fingerprint, readout, TinyRewards.HIDDEN));
  }

  /** The raw reward of the response by the only reward model, as the engine gives it. */
  private static double raw(ServedRewards served) {
    int[] tokens = IntStream.concat(Arrays.stream(PROMPT), Arrays.stream(RESPONSE)).toArray();
    try (Sequence sequence = served.engine().open(tokens.length, 0).join()) {
      Step step = sequence.advance(tokens, new int[0], 0).join();
      ResponseRewards rewards = new ResponseRewards(served.models(), new int[] {0}, RewardUnit.RAW);
      for (int i = PROMPT.length; i < tokens.length; i++) {
        rewards.accept(step.acceptedReadouts()[i]);
      }
      return rewards.whole()[0];
    }
  }

  private static double plain(PlainRewards plain, ServedRewards served) {
    return plain.raw(served.models().get(0), PROMPT, RESPONSE);
  }

  private ServedRewards load(Map<String, String> keys) {
    Map<String, String> all = new HashMap<>();
    all.put("model", backbone.toString());
    all.put("model-roots", roots.toString());
    all.put("numerics", "float32");
    all.put("threads", "1");
    all.put("cache-tokens", "64");
    all.put("round-tokens", "32");
    all.put("max-candidates", "8");
    all.putAll(keys);
    RewardConfig config = RewardConfigs.read(all);
    return new RewardLoader(RewardOptions.of(config), notices::add).load();
  }
}
