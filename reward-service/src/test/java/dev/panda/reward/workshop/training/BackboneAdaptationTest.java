package dev.panda.reward.workshop.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.panda.reward.workshop.batch.BatchProgress;
import dev.panda.reward.workshop.batch.TextEncoder;
import dev.panda.reward.workshop.features.EngineBackbone;
import dev.panda.reward.workshop.features.FrozenBackbone;
import dev.panda.reward.workshop.fit.BradleyTerryLoss;
import dev.panda.reward.workshop.pairs.EncodedPair;
import dev.panda.reward.workshop.pairs.EncodedPairs;
import dev.panda.reward.workshop.pairs.PairEncoder;
import dev.panda.reward.workshop.pairs.PairFiles;
import dev.panda.reward.workshop.pairs.ResponseTokens;
import dev.panda.reward.workshop.pairs.TrainingPairs;
import dev.panda.transformer.checkpoint.Checkpoint;
import dev.panda.transformer.checkpoint.Checkpoints;
import dev.panda.transformer.checkpoint.adapter.LinearLayer;
import dev.panda.transformer.decoder.Numerics;
import dev.panda.transformer.reward.HeldOutAccuracy;
import dev.panda.transformer.reward.OwnWeights;
import dev.panda.transformer.reward.Pooling;
import dev.panda.transformer.reward.RewardModel;
import dev.panda.transformer.reward.TrainingMethod;
import dev.panda.transformer.reward.TrainingRecord;
import dev.panda.transformer.testing.TinyCheckpoint;
import dev.panda.transformer.testing.TinyTokenizer;
import dev.panda.transformer.workshop.training.TrainingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Uses a tiny random model, a head that a strong penalty keeps small, and pairs whose chosen
 * response has its letters in ascending order, the rejected one in descending order.
 */
class BackboneAdaptationTest {
  @TempDir private static Path folder;

  private static Path model;
  private static Path training;
  private static Path test;

  private final List<String> notices = new ArrayList<>();

  @BeforeAll
  static void write() throws IOException {
    model = folder.resolve("tiny");
    TinyCheckpoint.llama(7).vocabSize(TinyTokenizer.SIZE).layers(2).write(model);
    TinyTokenizer.write(model);
    training = writePairs("train.jsonl", 0, 40, 1);
    test = writePairs("test.jsonl", 100, 30, 2);
  }

  private static Path writePairs(String name, int first, int prompts, long seed)
      throws IOException {
    Random random = new Random(seed);
    List<String> lines = new ArrayList<>();
    for (int prompt = first; prompt < first + prompts; prompt++) {
      for (int i = 0; i < 2; i++) {
        String letters =
            random
                .ints('a', 'z' + 1)
                .distinct()
                .limit(12)
                .sorted()
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
        lines.add(
            "{\"messages\":[{\"role\":\"user\",\"content\":\"Q %d\"}],\"chosen\":\"%s\",\"rejected\":\"%s\"}"
                .formatted(prompt, letters, new StringBuilder(letters).reverse()));
      }
    }
    return Files.write(folder.resolve(name), lines);
  }

  private static TrainingOptions options(
      TrainingMethod method, String work, int epochs, long seed) {
    return new TrainingOptions(
        new TrainingOptions.Model(
            model, "tiny", Numerics.FLOAT32, "cpu", 1, 1024, folder.resolve("cache")),
        new PairFiles(training, Optional.of(test), Optional.empty(), Integer.MAX_VALUE, false),
        new TrainingOptions.Search(
            List.of(2),
            List.of(Pooling.MEAN),
            TrainingCuts.QUARTERS,
            List.of(10.0),
            0.2,
            Optional.empty(),
            0.01),
        Optional.of(
            new AdaptationOptions(
                method,
                new AdaptationOptions.LowRank(4, 8, List.of(LinearLayer.values())),
                new AdaptationOptions.Learning(8, 3, epochs, 5e-3, 0.1, 0.01, 1, 100),
                Duration.ZERO,
                folder.resolve(work))),
        new TrainingOptions.Card("order", "Ascending.", "made up", "MIT", 1, "panda"),
        seed);
  }

  private RewardModel run(TrainingOptions options) {
    return new RewardTraining(options, BatchProgress.Display.NONE, notices::add).run();
  }

  private static double wholeAccuracy(TrainingRecord record) {
    HeldOutAccuracy whole = record.evaluation().accuracies().get(0);
    assertThat(whole.percent()).isEqualTo(100);
    return whole.head().value();
  }

  @ParameterizedTest
  @EnumSource(names = {"LOW_RANK", "FULL"})
  void beginsWithTheHead(TrainingMethod method) {
    RewardModel trained = run(options(method, "learns-" + method, 12, 3));

    TrainingRecord record = trained.card().training().orElseThrow();
    TrainingRecord.Adaptation adaptation = record.adaptation().orElseThrow();
    double before = adaptation.measurements().get(0).loss();
    assertThat(before).isGreaterThan(0.4);
    assertThat(best(adaptation).loss()).isLessThan(before / 4);
    assertThat(wholeAccuracy(record)).isGreaterThan(0.9);
    assertThat(adaptation.updates()).isEqualTo(12 * 8);
    assertThat(trained.card().method()).contains(method);
    assertThat(record.data().pairs()).isEqualTo(64);
    assertThat(record.selection().refit()).isFalse();
    assertThat(record.evaluation().file()).isEqualTo("test.jsonl");
    Path written = folder.resolve("learns-" + method).resolve("model");
    assertThat(OwnWeights.files(written))
        .extracting(file -> file.getFileName().toString())
        .containsExactlyElementsOf(
            method == TrainingMethod.FULL
                ? List.of("model.safetensors")
                : List.of("adapter_config.json", "adapter_model.safetensors"));
    assertThat(notices)
        .singleElement()
        .asString()
        .startsWith("Trained for 96 of 96 updates in ")
        .endsWith("kept the weights after update %d.".formatted(adaptation.bestUpdate()));
  }

  /** The served weights give the same measurement as the kept weights in training. */
  @ParameterizedTest
  @EnumSource(names = {"LOW_RANK", "FULL"})
  void writtenWeightsAreTheMeasuredOnes(TrainingMethod method) {
    TrainingOptions options = options(method, "written-" + method, 2, 3);
    RewardModel trained = run(options);

    double loss = 0;
    try (Checkpoint checkpoint = Checkpoints.open(model);
        TextEncoder texts = TextEncoder.open(checkpoint);
        Checkpoint weights =
            OwnWeights.over(checkpoint, folder.resolve("written-" + method + "/model"), method);
        FrozenBackbone.Terms terms =
            new EngineBackbone(weights, new EngineBackbone.Options(Numerics.FLOAT32, "cpu", 1, 256))
                .terms(2, trained.head())) {
      List<EncodedPair> pairs =
          EncodedPairs.of(
                  TrainingPairs.read(options.data(), 0.2, 3),
                  new PairEncoder(texts, 256),
                  false,
                  BatchProgress.Display.NONE)
              .validation();
      for (EncodedPair pair : pairs) {
        for (int cut = 0; cut < 4; cut++) {
          double margin = mean(terms, pair.chosen(), cut) - mean(terms, pair.rejected(), cut);
          loss += BradleyTerryLoss.negativeLogSigmoid(margin) / (4 * pairs.size());
        }
      }
    }
    TrainingRecord.Adaptation adaptation =
        trained.card().training().orElseThrow().adaptation().orElseThrow();
    assertThat(adaptation.bestUpdate()).isPositive();
    assertThat(loss).isCloseTo(best(adaptation).loss(), within(1e-4));
  }

  private static TrainingRecord.Measurement best(TrainingRecord.Adaptation adaptation) {
    return adaptation.measurements().stream()
        .filter(m -> m.update() == adaptation.bestUpdate())
        .findFirst()
        .orElseThrow();
  }

  private static double mean(FrozenBackbone.Terms terms, ResponseTokens response, int cut) {
    float[] read = terms.of(response.tokens(), response.start());
    int length = response.ends()[cut] - response.start();
    double sum = 0;
    for (int i = 0; i < length; i++) {
      sum += read[i];
    }
    return sum / length;
  }

  @ParameterizedTest
  @EnumSource(names = {"LOW_RANK", "FULL"})
  void resumedAnywhereArrivesAtTheSameWeights(TrainingMethod method) throws IOException {
    RewardModel whole = run(options(method, "whole-" + method, 2, 3));
    TrainingOptions options = options(method, "resumed-" + method, 2, 3);
    for (int updates : List.of(2, 4, 1)) {
      assertThatThrownBy(
              () -> new RewardTraining(options, interruptedAfter(updates), notices::add).run())
          .isInstanceOf(Interruption.class);
    }
    assertThat(folder.resolve("resumed-" + method + "/model")).isEmptyDirectory();

    RewardModel resumed = run(options);

    assertThat(resumed.head().weight()).isEqualTo(whole.head().weight());
    assertThat(resumed.card()).isEqualTo(whole.card());
    for (Path file : OwnWeights.files(folder.resolve("whole-" + method + "/model"))) {
      assertThat(folder.resolve("resumed-" + method + "/model").resolve(file.getFileName()))
          .hasSameBinaryContentAs(file);
    }
  }

  private static final class Interruption extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  /** Acts like a kill: only the state after the last update remains. */
  private static BatchProgress.Display interruptedAfter(int updates) {
    return (task, steps) ->
        new BatchProgress() {
          private boolean begun;
          private int done;

          @Override
          public void advance(long more) {
            if (!task.equals("Training")) {
              return;
            }
            if (!begun) { // the first call reports earlier updates
              begun = true;
              return;
            }
            if (++done > updates) {
              throw new Interruption();
            }
          }

          @Override
          public void close() {}
        };
  }

  @Test
  void anotherSeedGivesOtherWeights() {
    RewardModel first = run(options(TrainingMethod.LOW_RANK, "seed-3", 1, 3));
    RewardModel second = run(options(TrainingMethod.LOW_RANK, "seed-4", 1, 4));
    assertThat(second.head().weight()).isNotEqualTo(first.head().weight());
  }

  @Test
  void refusesToResumeWithOtherSettings() {
    TrainingOptions options = options(TrainingMethod.LOW_RANK, "settings", 2, 3);
    assertThatThrownBy(() -> new RewardTraining(options, interruptedAfter(2), notices::add).run())
        .isInstanceOf(Interruption.class);

    assertThatThrownBy(() -> run(options(TrainingMethod.LOW_RANK, "settings", 3, 3)))
        .isInstanceOfSatisfying(
            TrainingException.class,
            failure ->
                assertThat(failure.remedy().orElseThrow()).contains("start from the beginning"))
        .hasMessageEndingWith(": started with another epochs: 2 (now: 3)");
  }
}
