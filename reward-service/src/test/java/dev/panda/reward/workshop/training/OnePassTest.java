package dev.panda.reward.workshop.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.panda.reward.workshop.batch.BatchProgress;
import dev.panda.reward.workshop.batch.TextEncoder;
import dev.panda.reward.workshop.features.FrozenBackbone;
import dev.panda.reward.workshop.pairs.EncodedPairs;
import dev.panda.reward.workshop.pairs.PairEncoder;
import dev.panda.reward.workshop.pairs.PairFiles;
import dev.panda.reward.workshop.pairs.ResponseTokens;
import dev.panda.reward.workshop.pairs.TrainingPairs;
import dev.panda.transformer.checkpoint.Checkpoint;
import dev.panda.transformer.checkpoint.Checkpoints;
import dev.panda.transformer.reward.Calibration;
import dev.panda.transformer.reward.Clip;
import dev.panda.transformer.reward.Pooling;
import dev.panda.transformer.reward.RewardModel;
import dev.panda.transformer.reward.TrainingRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each response is read once; what is computed later comes from what that pass kept. */
class OnePassTest extends RewardTrainingCase {
  @Test
  void aTruncatedCacheOfStatesAndHeldOutRewardsGivesTheSameHead() throws IOException {
    TrainingOptions options =
        options(List.of(Pooling.INCREMENT), 0.1, "damaged", Optional.empty(), training);
    RewardModel first = run(options);
    List<Path> files;
    try (Stream<Path> all = Files.walk(folder.resolve("damaged"))) {
      files = all.filter(f -> Files.isRegularFile(f) && !f.endsWith("about.txt")).toList();
    }
    assertThat(files).hasSizeGreaterThan(40); // three caches, and the states of each response
    for (int i = 0; i < files.size(); i++) {
      byte[] bytes = Files.readAllBytes(files.get(i));
      if (i % 3 == 0) {
        Files.write(files.get(i), Arrays.copyOf(bytes, bytes.length / 3));
      } else if (i % 3 == 1) {
        bytes[bytes.length / 2] ^= 1;
        Files.write(files.get(i), bytes);
      }
    }

    RewardModel second = run(options);

    assertThat(second.head().weight()).isEqualTo(first.head().weight());
    assertThat(second.card()).isEqualTo(first.card());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void readsEachResponseOnce(boolean tested) {
    Map<String, Long> read = new HashMap<>();
    BatchProgress.Display display =
        (task, steps) -> {
          read.merge(task, steps, Long::sum);
          return BatchProgress.Display.NONE.start(task, steps);
        };
    TrainingOptions options =
        options(
            List.of(Pooling.INCREMENT, Pooling.LAST),
            0.1,
            "once" + tested,
            Optional.of(test).filter(file -> tested),
            training);

    RewardModel trained = new RewardTraining(options, display, notices::add).run();

    read.keySet().removeAll(List.of("Tokens", "Readouts", "Baselines"));
    assertThat(read)
        .isEqualTo(
            tested
                ? Map.of("Features", 120L, "Evaluation", 80L)
                : Map.of("Features", 96L, "Held out", 24L));
    TrainingRecord.CalibrationSample sample =
        trained.card().training().orElseThrow().calibration().orElseThrow();
    assertThat(sample.responses()).isEqualTo(tested ? 120 : 96);
    assertThat(sample.readAgain()).isFalse();
  }

  @ParameterizedTest
  @EnumSource
  void calibratesAsASecondPassWould(Pooling pooling) {
    RewardModel trained = run(options(List.of(pooling), 0.2, "again", Optional.empty(), training));
    int layer = trained.card().readout().layer();
    List<float[]> read = new ArrayList<>();
    TrainingPairs pairs =
        TrainingPairs.read(
            new PairFiles(training, Optional.empty(), Optional.empty(), Integer.MAX_VALUE, false),
            0.2,
            3);
    try (Checkpoint checkpoint = Checkpoints.open(model);
        TextEncoder texts = TextEncoder.open(checkpoint);
        FrozenBackbone.Terms terms = backbone(checkpoint).terms(layer, trained.head())) {
      EncodedPairs encoded =
          EncodedPairs.of(pairs, new PairEncoder(texts, 256), false, BatchProgress.Display.NONE);
      for (ResponseTokens response : EncodedPairs.responses(encoded.training())) {
        read.add(terms.of(response.tokens(), response.start()));
      }
    }

    RewardScale scale = RewardScale.of(layer, pooling, trained.head(), 0.2, read);

    Calibration calibration = trained.card().calibration();
    assertThat(calibration.mean()).isCloseTo(scale.calibration().mean(), within(1e-4));
    assertThat(calibration.standardDeviation())
        .isCloseTo(scale.calibration().standardDeviation(), within(1e-4));
    assertThat(trained.card().readout().clip().isPresent()).isEqualTo(pooling != Pooling.LAST);
    trained
        .card()
        .readout()
        .clip()
        .ifPresent(
            clip -> {
              Clip expected = scale.readout().clip().orElseThrow();
              assertThat(clip.low()).isCloseTo(expected.low(), within(1e-4));
              assertThat(clip.high()).isCloseTo(expected.high(), within(1e-4));
            });
  }
}
