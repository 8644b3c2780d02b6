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

/** The loop: updates, measurements, and the state in between. For use by one thread. */
final class AdaptationTrainer {
  private static final int MEASUREMENTS_PER_PASS = 2;
  private static final double NANOS = 1e9;

  private final TrainableReward reward;
  private final AdaptationOptions.Learning learning;
  private final PairBatches training;
  private final List<PreferenceBatch> validation;
  private final long total;
  private final LearningRate rate;

  /** Told what must outlive the process. */
  interface Keeper {
    /** The weights as they are now are the best so far. */
    void best();

    /** Training can go on from here. */
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

  /** Number of updates, unless it ends before. */
  long total() {
    return total;
  }

  /** Where it begins. */
  AdaptationState begin() {
    return AdaptationState.begin(measure(0));
  }

  /** Whether there is nothing left to do. */
  boolean isDone(AdaptationState state) {
    return state.update() >= total || state.sinceBest() >= learning.patience();
  }

  /**
   * Trains to the end, or until it is to stop.
   *
   * @param from how far the weights are
   * @param saveEvery least time from one state that is saved to the next
   * @param stops asked after each update
   * @return the state at the end, saved and measured, or where it stopped, saved
   * @throws TrainingException if a loss or gradient is not finite
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
      throw new TrainingException(e.getMessage(), "Begin anew with a smaller --learning-rate.", e);
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
