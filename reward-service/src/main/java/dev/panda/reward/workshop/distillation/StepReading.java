package dev.panda.reward.workshop.distillation;

import dev.panda.reward.serving.model.RewardEngine;
import dev.panda.reward.workshop.batch.BatchProgress;
import dev.panda.reward.workshop.batch.InFlight;
import dev.panda.transformer.checkpoint.Checkpoint;
import dev.panda.transformer.decoder.Projection;
import dev.panda.transformer.engine.Engine;
import dev.panda.transformer.engine.EngineOptions;
import dev.panda.transformer.reward.RewardModel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.stream.IntStream;

/**
 * Reads steps of responses with a reward model's projections.
 *
 * @param backbone the backbone's checkpoint
 * @param folder of the reward model
 * @param layers blocks after which to read states, ascending
 * @param maxTokens largest number of tokens of prompt and response together
 */
record StepReading(
    Checkpoint backbone,
    Path folder,
    RewardModel teacher,
    int[] layers,
    int maxTokens,
    TokenHeadTraining.Reading reading,
    BatchProgress.Display display) {
  private static final Duration OPEN_TIMEOUT = Duration.ofMinutes(10);
  private static final int ROUND_TOKENS = 512;

  /** Each response has few rows in a round; this many make reading the weights worthwhile. */
  private static final int AT_A_TIME = 16;

  /** Reads steps with the tokens that came next. */
  List<NextTokenStep> training(List<StepDrawing.Drawn> drawn) {
    int[] read =
        IntStream.concat(IntStream.of(layers), IntStream.of(teacher.card().readout().layer()))
            .distinct()
            .sorted()
            .toArray();
    try (Engine rewards = rewards(read, 1)) {
      NextTokenReader reader = new NextTokenReader(rewards, teacher, layers, read);
      return steps("Responses", drawn, InFlight.AT_A_TIME, reader::read);
    }
  }

  /** Reads steps with the backbone's likeliest candidates. */
  List<CandidateStep> heldOut(List<StepDrawing.Drawn> drawn) {
    try (Engine base = Engine.load(backbone, options(List.of(), true, AT_A_TIME));
        Engine rewards = rewards(layers, AT_A_TIME)) {
      CandidateReader reader =
          new CandidateReader(base, rewards, teacher, layers, reading.candidates());
      return steps("Held out", drawn, AT_A_TIME, reader::read);
    }
  }

  private <S> List<S> steps(
      String task,
      List<StepDrawing.Drawn> drawn,
      int atATime,
      BiFunction<int[], int[], CompletableFuture<List<S>>> read) {
    List<S> steps = new ArrayList<>();
    try (BatchProgress progress = display.start(task, drawn.size())) {
      InFlight.run(
          drawn,
          atATime,
          some -> read.apply(some.tokens(), some.lengths()),
          (some, more) -> {
            steps.addAll(more);
            progress.advance(1);
          });
    }
    return steps;
  }

  /** Loads the engine whose first projection is the reward model's. */
  private Engine rewards(int[] read, int sequences) {
    float[] weight = teacher.head().weight();
    int highest = read[read.length - 1];
    List<Projection> projections =
        List.of(
            new Projection(teacher.card().readout().layer(), weight),
            // The engine loads blocks up to the highest projection.
            new Projection(highest, new float[weight.length]));
    return RewardEngine.load(
        backbone, folder, teacher.card(), options(projections, false, sequences));
  }

  /**
   * @param sequences number of sequences open at a time
   */
  private EngineOptions options(
      List<Projection> projections, boolean languageModelHead, int sequences) {
    int room = maxTokens + reading.candidates() + 1;
    return new EngineOptions(
        reading.numerics(),
        reading.device(),
        reading.threads(),
        languageModelHead,
        projections,
        room * sequences,
        Math.max(ROUND_TOKENS, room),
        OPEN_TIMEOUT);
  }
}
