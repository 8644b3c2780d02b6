package dev.panda.reward.workshop.training;

import dev.panda.reward.workshop.batch.BatchProgress;
import dev.panda.reward.workshop.fit.BradleyTerryLoss;
import dev.panda.transformer.decoder.DivergenceException;
import dev.panda.transformer.decoder.PreferenceBatch;
import dev.panda.transformer.decoder.TrainableReward;
import dev.panda.transformer.decoder.UpdateStep;
import dev.panda.transformer.workshop.training.LearningRate;
import dev.panda.transformer.workshop.training.TrainingException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;

/** The training loop: updates, measurements, and saved states. For use by one thread. */
final class AdaptationTrainer {
  private static final int MEASUREMENTS_PER_PASS = 2;
  private static final double NANOS = 1e9;

  private final TrainableReward reward;
  private final AdaptationOptions.Learning learning;
  private final PairBatches training;
  private final List<PreferenceBatch> validation;
  private final long total;
  private final LearningRate rate;

  /** Saves what must outlive the process. */
  interface Keeper {
    /** Keeps the current weights, which are the best so far. */
    void best();

    /** Saves a state from which training can resume. */
    void save(AdaptationState state);
  }

  AdaptationTrainer(
      TrainableReward reward,
      AdaptationOptions.Learning learning,
      PairBatches training,
      PairBatches validation) {
    this.reward = reward;
    this.learning = learning;
    this.training = training;
    this.validation = validation.all();
    this.total = (long) learning.epochs() * training.perPass();
    this.rate = new LearningRate(learning.learningRate(), Math.round(learning.warmUp() * total));
  }

  /** Number of updates, unless training ends earlier. */
  long total() {
    return total;
  }

  /** The initial state. */
  AdaptationState begin() {
    return AdaptationState.begin(measure(0));
  }

  /** Whether training is complete. */
  boolean isDone(AdaptationState state) {
    return state.update() >= total || state.sinceBest() >= learning.patience();
  }

  /**
   * Trains to the end, or until {@code stops} asks to stop.
   *
   * @param from state of the weights
   * @param saveEvery shortest time between two saved states
   * @param stops called after each update
   * @return the saved and measured state at the end, or the saved state at which it stopped
   * @throws TrainingException if a loss or a gradient is not finite
   */
  AdaptationState run(
      AdaptationState from,
      Duration saveEvery,
      BooleanSupplier stops,
      Keeper keeper,
      BatchProgress progress) {
    AdaptationState state = from;
    long time = System.nanoTime();
    long saved = time;
    show(progress, state);
    boolean stopped = false;
    while (!isDone(state) && !stopped) {
      learn(state.update() + 1);
      state = state.updated();
      progress.advance(1);
      if (isMeasured(state.update())) {
        state = state.measured(measure(state.update()));
        if (state.sinceBest() == 0) {
          keeper.best();
        }
        show(progress, state);
      }
      long now = System.nanoTime();
      state = state.spent((now - time) / NANOS);
      time = now;
      stopped = stops.getAsBoolean();
      if (isDone(state) || stopped || now - saved >= saveEvery.toNanos()) {
        keeper.save(state);
        saved = System.nanoTime();
      }
    }
    return state;
  }

  private void learn(long update) {
    try {
      reward.learn(
          training.of(update),
          Math.toIntExact(update),
          new UpdateStep(rate.at(update, total), learning.decay(), learning.clip()));
    } catch (DivergenceException e) {
      throw new TrainingException(
          e.getMessage(), "Start from the beginning with a smaller --learning-rate.", e);
    }
  }

  private boolean isMeasured(long update) {
    int every = Math.max(1, training.perPass() / MEASUREMENTS_PER_PASS);
    return update % every == 0 || update == total;
  }

  private AdaptationState.Measurement measure(long update) {
    double[] margins =
        validation.stream()
            .flatMap(batch -> Arrays.stream(reward.margins(batch)))
            .flatMapToDouble(pair -> IntStream.range(0, pair.length).mapToDouble(cut -> pair[cut]))
            .toArray();
    return new AdaptationState.Measurement(
        update,
        BradleyTerryLoss.mean(margins),
        Arrays.stream(ReadoutSearch.accuracies(margins)).average().orElseThrow());
  }

  private static void show(BatchProgress progress, AdaptationState state) {
    AdaptationState.Measurement last = state.measurements().get(state.measurements().size() - 1);
    progress.show(
        String.format(
            Locale.ROOT,
            "held out %.3f, best %.3f after %d",
            last.accuracy(),
            state.best().accuracy(),
            state.best().update()));
  }
}
