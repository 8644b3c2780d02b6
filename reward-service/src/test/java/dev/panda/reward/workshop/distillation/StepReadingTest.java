package dev.panda.reward.workshop.distillation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.panda.reward.testing.TinyRewards;
import dev.panda.reward.workshop.batch.BatchProgress;
import dev.panda.transformer.checkpoint.Checkpoint;
import dev.panda.transformer.checkpoint.Checkpoints;
import dev.panda.transformer.decoder.Numerics;
import dev.panda.transformer.decoder.Projection;
import dev.panda.transformer.engine.Engine;
import dev.panda.transformer.engine.EngineOptions;
import dev.panda.transformer.engine.Sequence;
import dev.panda.transformer.reward.OwnWeights;
import dev.panda.transformer.reward.RewardModel;
import dev.panda.transformer.reward.RewardModelFolder;
import dev.panda.transformer.reward.TrainingMethod;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Compares with engines that read one step at a time, on a tiny random model. */
class StepReadingTest {
  private static final int[] TOKENS = {40, 41, 42, 43, 44, 45};
  private static final int LAYER = 2;
  private static final int CANDIDATES = 4;

  @TempDir private Path model;
  private Checkpoint backbone;

  @BeforeEach
  void write() {
    TinyRewards.write(model);
    backbone = Checkpoints.open(model);
  }

  @AfterEach
  void close() {
    backbone.close();
  }

  @ParameterizedTest
  @EnumSource(names = {"HEAD", "LOW_RANK"})
  void scoresTheBackbonesLikeliestTokensWithTheRewardModelsWeights(TrainingMethod method) {
    RewardModel teacher = teacher(method);
    int[] lengths = {3, 5};

    List<CandidateStep> steps =
        reading(teacher).heldOut(List.of(new StepDrawing.Drawn(TOKENS, lengths)));

    try (Engine base = Engine.load(backbone, options(List.of(), true));
        Engine rewards = rewards(teacher)) {
      for (int s = 0; s < lengths.length; s++) {
        CandidateStep step = steps.get(s);
        int[] before = Arrays.copyOf(TOKENS, lengths[s]);
        try (Sequence likely = base.open(8, 0).join();
            Sequence rewarded = rewards.open(8, CANDIDATES).join()) {
          assertThat(step.candidates())
              .containsExactly(
                  likely.advance(before, new int[0], CANDIDATES).join().next().orElseThrow().ids());
          float[][] readouts =
              rewarded.advance(before, step.candidates(), 0).join().candidateReadouts();
          for (int z = 0; z < CANDIDATES; z++) {
            assertThat(step.projections()[z]).isCloseTo(readouts[z][0], within(1e-4f));
          }
        }
        assertThat(step.states()[0]).containsExactly(state(rewards, lengths[s]), within(1e-4f));
      }
    }
  }

  @Test
  void readsTheTokensThatCameNextByTheRewardModelsWeights() {
    RewardModel teacher = teacher(TrainingMethod.LOW_RANK);

    List<NextTokenStep> steps =
        reading(teacher).training(List.of(new StepDrawing.Drawn(TOKENS, new int[] {4})));

    try (Engine rewards = rewards(teacher);
        Sequence rewarded = rewards.open(8, 1).join()) {
      float[][] readouts =
          rewarded
              .advance(Arrays.copyOf(TOKENS, 4), new int[] {TOKENS[4]}, 0)
              .join()
              .candidateReadouts();
      assertThat(steps.get(0).projection()).isCloseTo(readouts[0][0], within(1e-4f));
      assertThat(steps.get(0).states()[0]).containsExactly(state(rewards, 4), within(1e-4f));
    }
  }

  private StepReading reading(RewardModel teacher) {
    return new StepReading(
        backbone,
        model.resolve("teacher"),
        teacher,
        new int[] {LAYER},
        16,
        new TokenHeadTraining.Reading(Numerics.FLOAT32, "cpu", 1, 16, 10, 8, CANDIDATES),
        BatchProgress.Display.NONE);
  }

  private RewardModel teacher(TrainingMethod method) {
    RewardModel frozen = TinyRewards.model(model, "mean");
    if (method == TrainingMethod.HEAD) {
      return frozen;
    }
    TinyRewards.writeAdapted(model.resolve("teacher"), frozen, 0.2f);
    return RewardModelFolder.read(model.resolve("teacher"));
  }

  /** The checkpoint that the reward model reads; other tests cover its merging. */
  private Engine rewards(RewardModel teacher) {
    List<Projection> projections =
        List.of(new Projection(teacher.card().readout().layer(), teacher.head().weight()));
    if (!teacher.card().hasOwnWeights()) {
      return Engine.load(backbone, options(projections, false));
    }
    try (Checkpoint merged =
        OwnWeights.over(backbone, model.resolve("teacher"), TrainingMethod.LOW_RANK)) {
      return Engine.load(merged, options(projections, false));
    }
  }

  private static float[] state(Engine rewards, int length) {
    float[] lastAndMean = rewards.pool(TOKENS, 0, new int[] {length}, new int[] {LAYER}).join();
    return Arrays.copyOf(lastAndMean, TinyRewards.HIDDEN);
  }

  private static EngineOptions options(List<Projection> projections, boolean languageModelHead) {
    return new EngineOptions(
        Numerics.FLOAT32, "cpu", 1, languageModelHead, projections, 64, 64, Duration.ofSeconds(5));
  }
}
