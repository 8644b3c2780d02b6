package dev.panda.reward.workshop.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.panda.reward.workshop.batch.TextEncoder;
import dev.panda.reward.workshop.features.FrozenBackbone;
import dev.panda.reward.workshop.features.TermReader;
import dev.panda.reward.workshop.pairs.PairEncoder;
import dev.panda.reward.workshop.pairs.PairFormat;
import dev.panda.reward.workshop.pairs.ResponseTokens;
import dev.panda.transformer.checkpoint.Checkpoint;
import dev.panda.transformer.checkpoint.Checkpoints;
import dev.panda.transformer.decoder.Numerics;
import dev.panda.transformer.decoder.Projection;
import dev.panda.transformer.engine.Engine;
import dev.panda.transformer.engine.EngineOptions;
import dev.panda.transformer.engine.Sequence;
import dev.panda.transformer.reward.HeldOutAccuracy;
import dev.panda.transformer.reward.Pooling;
import dev.panda.transformer.reward.ResponseRewards;
import dev.panda.transformer.reward.RewardModel;
import dev.panda.transformer.reward.RewardModelFolder;
import dev.panda.transformer.reward.ScoreUnit;
import dev.panda.transformer.reward.TrainingRecord;
import dev.panda.transformer.workshop.training.ExampleReader;
import dev.panda.transformer.workshop.training.TrainingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RewardTrainingTest extends RewardTrainingCase {
  @Test
  void learnsAPlantedSignalWholeAndTruncated() {
    RewardModel trained = train(List.of(Pooling.MEAN, Pooling.LAST), 0.01, "signal");

    TrainingRecord record = trained.card().training().orElseThrow();
    assertThat(record.evaluation().accuracies())
        .extracting(HeldOutAccuracy::percent)
        .containsExactly(100, 75, 50, 25);
    assertThat(record.evaluation().accuracies())
        .allSatisfy(a -> assertThat(a.head().value()).isGreaterThan(0.8));
    assertThat(record.evaluation().accuracies().get(0).head().value()).isGreaterThan(0.95);
    assertThat(record.evaluation().accuracies().get(0).wordCount().value()).isLessThan(0.8);
    assertThat(record.evaluation().file()).isEqualTo("test.jsonl");
    assertThat(record.evaluation().pairs()).isEqualTo(40);
    assertThat(record.evaluation().prompts()).isEqualTo(20);
    assertThat(record.data().pairs()).isEqualTo(60);
    assertThat(record.data().prompts()).isEqualTo(30);
    assertThat(record.selection().refit()).isTrue();
    assertThat(record.selection().prompts()).isEqualTo(6);
    assertThat(record.selection().searched()).hasSize(6);
    assertThat(record.selection().searched().get(0).layer())
        .isEqualTo(trained.card().readout().layer());
    assertThat(notices).isEmpty();
  }

  @Test
  void withoutATestFileTheValidationPairsEvaluateAndAreNotTrainedOn() {
    RewardModel trained =
        run(options(List.of(Pooling.MEAN), 0, "split", Optional.empty(), training));

    TrainingRecord record = trained.card().training().orElseThrow();
    assertThat(record.selection().refit()).isFalse();
    assertThat(record.data().prompts()).isEqualTo(24);
    assertThat(record.evaluation().prompts()).isEqualTo(6);
    assertThat(record.evaluation().file()).isEqualTo("train.jsonl");
  }

  @Test
  void sameSeedGivesTheSameHeadFromATruncatedCache() throws IOException {
    RewardModel first = train(List.of(Pooling.MEAN), 0.01, "resumed");
    List<Path> caches;
    try (Stream<Path> files = Files.walk(folder.resolve("resumed"))) {
      caches = files.filter(f -> f.endsWith("features.bin")).toList();
    }
    assertThat(caches).hasSize(2); // of features and of rewards
    List<Long> sizes = caches.stream().map(f -> f.toFile().length()).toList();
    for (Path cache : caches) {
      byte[] bytes = Files.readAllBytes(cache);
      Files.write(cache, Arrays.copyOf(bytes, bytes.length / 3));
    }

    RewardModel second = train(List.of(Pooling.MEAN), 0.01, "resumed");

    assertThat(second.head().weight()).isEqualTo(first.head().weight());
    assertThat(second.head().bias()).isEqualTo(first.head().bias());
    assertThat(second.card()).isEqualTo(first.card());
    assertThat(caches.stream().map(f -> f.toFile().length()).toList()).isEqualTo(sizes);
  }

  @ParameterizedTest
  @EnumSource
  void servesTheRewardsThatTrainingComputed(Pooling pooling) {
    RewardModel trained = train(List.of(pooling), 0, "serving");
    Path written = folder.resolve("written").resolve(pooling.name());
    RewardModelFolder.write(written, trained);
    RewardModel served = RewardModelFolder.read(written);
    assertThat(served.card()).isEqualTo(trained.card());
    int layer = served.card().readout().layer();

    for (ResponseTokens response : responses()) {
      double[] h = pooled(response, layer, pooling);
      double expected = trained.head().bias();
      for (int i = 0; i < h.length; i++) {
        expected += trained.head().weight()[i] * h[i];
      }
      if (pooling == Pooling.INCREMENT) {
        assertThat(meanOfIncrements(served, response)).isCloseTo(expected, within(1e-4));
      } else {
        assertThat(servedReward(served, response)).isCloseTo(expected, within(1e-4));
      }
    }
  }

  @Test
  void servesTheClippedRewardsThatTrainingEvaluated() {
    RewardModel trained = train(List.of(Pooling.MEAN), 0.4, "clipped");
    assertThat(trained.card().readout().clip()).isPresent();

    try (Checkpoint checkpoint = Checkpoints.open(model)) {
      FrozenBackbone backbone = backbone(checkpoint);
      try (FrozenBackbone.Terms terms =
          backbone.terms(trained.card().readout().layer(), trained.head())) {
        for (ResponseTokens response : responses()) {
          float[] read = terms.of(response.tokens(), response.start());
          assertThat(servedReward(trained, response))
              .isCloseTo(TermReader.rewards(trained, response, read)[0], within(1e-5));
        }
      }
    }
  }

  @Test
  void leavesOutTrainingPairsWhosePromptIsTested() throws IOException {
    Path mixed = folder.resolve("mixed.jsonl");
    Files.write(
        mixed,
        Stream.concat(
                Files.readAllLines(training).stream(), Files.readAllLines(test).stream().limit(2))
            .toList());

    RewardModel trained = run(options(List.of(Pooling.MEAN), 0, "mixed", Optional.of(test), mixed));

    assertThat(notices)
        .containsExactly(
            "2 training pairs left out, because their prompts are also in test.jsonl.");
    assertThat(trained.card().training().orElseThrow().data().pairs()).isEqualTo(60);
  }

  @Test
  void refusesALayerThatTheBackboneLacks() {
    TrainingOptions options =
        options(List.of(Pooling.MEAN), 0, "layer", Optional.of(test), training);
    TrainingOptions beyond =
        new TrainingOptions(
            options.model(),
            options.data(),
            new TrainingOptions.Search(
                List.of(4),
                options.search().poolings(),
                options.search().cuts(),
                options.search().penalties(),
                0.2,
                Optional.empty(),
                0),
            Optional.empty(),
            options.card(),
            0);

    assertThatThrownBy(() -> run(beyond))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("layers: 4 (expected: 1 to 3, the backbone's)");
  }

  @Test
  void refusesAPromptThatDoesNotFitAndNamesItsLine() throws IOException {
    Path file = folder.resolve("long.jsonl");
    Files.write(
        file,
        Stream.concat(
                Files.readAllLines(training).stream(),
                Stream.of(line("x".repeat(400), "good", "bad")))
            .toList());

    assertThatThrownBy(() -> run(options(List.of(Pooling.MEAN), 0, "long", Optional.empty(), file)))
        .isInstanceOf(TrainingException.class)
        .hasMessageStartingWith("long.jsonl, line 61: messages: ")
        .hasMessageContaining("expected: fewer than 256");
  }

  private RewardModel train(List<Pooling> poolings, double clippedShare, String cache) {
    return run(options(poolings, clippedShare, cache, Optional.of(test), training));
  }

  private static List<ResponseTokens> responses() {
    try (Checkpoint checkpoint = Checkpoints.open(model);
        TextEncoder texts = TextEncoder.open(checkpoint)) {
      PairEncoder encoder = new PairEncoder(texts, 256);
      return new ExampleReader<>(PairFormat.PAIRS, false)
          .read(test).examples().stream().limit(6).map(p -> encoder.encode(p).chosen()).toList();
    }
  }

  /** The features that training reads from a whole response. */
  private static double[] pooled(ResponseTokens response, int layer, Pooling pooling) {
    try (Checkpoint checkpoint = Checkpoints.open(model);
        FrozenBackbone.Features features = backbone(checkpoint).features(layer)) {
      float[] lastAndMean =
          features
              .pool(
                  response.tokens(),
                  response.start(),
                  new int[] {response.ends()[0]},
                  new int[] {layer})
              .join();
      int size = lastAndMean.length / 2;
      int offset = pooling == Pooling.LAST ? 0 : size;
      double[] h = new double[size];
      for (int i = 0; i < size; i++) {
        h[i] = lastAndMean[offset + i];
      }
      return h;
    }
  }

  /** The raw reward of a whole response, scored like the service does: a token at a time. */
  private static double servedReward(RewardModel served, ResponseTokens response) {
    double[] rewards = servedRewards(served, response);
    return rewards[rewards.length - 1];
  }

  private static double meanOfIncrements(RewardModel served, ResponseTokens response) {
    return Arrays.stream(servedRewards(served, response)).average().orElseThrow();
  }

  private static double[] servedRewards(RewardModel served, ResponseTokens response) {
    ResponseRewards rewards = new ResponseRewards(List.of(served), new int[] {0}, ScoreUnit.RAW);
    int[] tokens = response.tokens();
    double[] raw = new double[tokens.length - response.start()];
    try (Checkpoint checkpoint = Checkpoints.open(model);
        Engine engine = Engine.load(checkpoint, serving(served));
        Sequence sequence = engine.open(tokens.length, 4).join()) {
      sequence.advance(Arrays.copyOf(tokens, response.start()), new int[0], 0).join();
      for (int i = 0; i < raw.length; i++) {
        int token = tokens[response.start() + i];
        int[] accepted = i == 0 ? new int[0] : new int[] {tokens[response.start() + i - 1]};
        int[] candidates = {token, (token + 1) % 64};
        var step = sequence.advance(accepted, candidates, 0).join();
        for (float[] readout : step.acceptedReadouts()) {
          rewards.accept(readout);
        }
        raw[i] = rewards.score(candidates, step.candidateReadouts())[0];
      }
    }
    return raw;
  }

  private static EngineOptions serving(RewardModel served) {
    return new EngineOptions(
        Numerics.FLOAT32,
        "cpu",
        1,
        false,
        List.of(new Projection(served.card().readout().layer(), served.head().weight())),
        1024,
        512,
        Duration.ofSeconds(5));
  }
}
