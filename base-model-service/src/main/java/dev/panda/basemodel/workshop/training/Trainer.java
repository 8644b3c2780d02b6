package dev.panda.basemodel.workshop.training;

import dev.panda.transformer.decoder.DivergenceException;
import dev.panda.transformer.decoder.TrainableDecoder;
import dev.panda.transformer.decoder.UpdateStep;
import dev.panda.transformer.workshop.training.LearningRate;
import dev.panda.transformer.workshop.training.TrainingException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** The training loop: updates, measurements, and saved states. For use by one thread. */
final class Trainer {
  /** Smallest number of updates between two measurements. */
  private static final int MEASURE_EVERY = 50;

  /** Weight of the newest loss in the displayed loss. */
  private static final double NEWEST = 0.05;

  private static final double NANOS = 1e9;

  private final TrainableDecoder decoder;
  private final Settings settings;
  private final LearningRate rate;
  private final Batches batches;
  private final List<Batch> heldOut;
  private final Duration saveEvery;
  private final TrainingProgress progress;
  private final LongSupplier nanoTime;

  /**
   * @param heldOut batches for measuring after each pass; may be empty
   * @param saveEvery shortest time between two saved states
   * @param nanoTime a clock in nanoseconds
   */
  Trainer(
      TrainableDecoder decoder,
      Settings settings,
      List<EncodedAnswer> training,
      List<EncodedAnswer> heldOut,
      Duration saveEvery,
      TrainingProgress progress,
      LongSupplier nanoTime) {
    this.decoder = decoder;
    this.settings = settings;
    this.rate = new LearningRate(settings.learningRate(), settings.warmUp());
    this.batches = new Batches(training, settings.batchSize(), settings.seed());
    this.heldOut = Batches.inOrder(heldOut, settings.batchSize());
    this.saveEvery = saveEvery;
    this.progress = progress;
    this.nanoTime = nanoTime;
  }

  /** The initial state of training from scratch. */
  TrainingState begin() {
    if (settings.budget() instanceof Budget.Updates updates) {
      return TrainingState.begin(updates.number());
    }
    if (settings.budget() instanceof Budget.Passes passes) {
      long total = Math.max(1, Math.round(passes.number() * batches.perPass()));
      if (total <= settings.warmUp()) {
        throw new TrainingException(
            "warm-up: %d updates (expected: fewer than %d, for %s)"
                .formatted(settings.warmUp(), total, passes),
            "Choose a shorter --warm-up, or more --passes.");
      }
      return TrainingState.begin(total);
    }
    return TrainingState.begin(0);
  }

  /** Number of updates in a pass. */
  int updatesPerPass() {
    return batches.perPass();
  }

  /**
   * Trains to the end, or until {@code progress} stops it.
   *
   * @param from the decoder's state
   * @param save receives the state from time to time, and at the end
   * @return the measured state at the end, or the state at which it stopped
   */
  TrainingState run(TrainingState from, Consumer<TrainingState> save) {
    TrainingState state = from;
    double shown = Double.NaN;
    long time = nanoTime.getAsLong();
    long saved = time;
    boolean stopped = false;
    while (!state.isDone() && !stopped) {
      Batch batch = batches.of(state.update() + 1);
      double loss = learn(batch, state);
      long now = nanoTime.getAsLong();
      state = judge(state.updated(batch, loss, (now - time) / NANOS));
      time = now;
      shown = Double.isNaN(shown) ? loss : shown + NEWEST * (loss - shown);
      progress.updated(state.update(), state.knownTotal(), shown);
      if (state.isDone() || isMeasured(state)) {
        state = measure(state);
      }
      now = nanoTime.getAsLong();
      state = state.spent((now - time) / NANOS);
      time = now;
      stopped = progress.stops();
      if (state.isDone() || stopped || now - saved >= saveEvery.toNanos()) {
        save.accept(state);
        saved = nanoTime.getAsLong();
      }
    }
    return state;
  }

  private double learn(Batch batch, TrainingState state) {
    long update = state.update() + 1;
    try {
      return decoder.learn(
          batch.ids(),
          batch.targets(),
          Math.toIntExact(update),
          new UpdateStep(rate.at(update, state.total()), settings.decay(), settings.clip()));
    } catch (DivergenceException e) {
      throw new TrainingException(
          e.getMessage(), "Start from the beginning with a smaller --learning-rate.", e);
    }
  }

  /** If the budget is a time, determines the number of updates from their speed. */
  private TrainingState judge(TrainingState state) {
    if (state.total() > 0 || !(settings.budget() instanceof Budget.Time time)) {
      return state;
    }
    double seconds = time.length().toSeconds();
    if (state.seconds() >= seconds) {
      return state.withTotal(state.update());
    }
    if (state.update() < settings.warmUp()) {
      return state;
    }
    long total = (long) (seconds / (state.seconds() / state.update()));
    return state.withTotal(Math.max(state.update(), total));
  }

  private boolean isMeasured(TrainingState state) {
    int perPass = batches.perPass();
    int every = (MEASURE_EVERY + perPass - 1) / perPass * perPass;
    return state.update() % every == 0;
  }

  private TrainingState measure(TrainingState state) {
    double loss = heldOutLoss(decoder);
    progress.say(
        String.format(
            Locale.ROOT,
            "update %,d%s, pass %.1f: loss %.3f%s, %,.0f tokens a second",
            state.update(),
            state.total() > 0 ? String.format(Locale.ROOT, " of %,d", state.total()) : "",
            (double) state.update() / batches.perPass(),
            state.loss(),
            heldOut.isEmpty() ? "" : String.format(Locale.ROOT, ", held out %.3f", loss),
            state.tokens() / state.seconds()));
    return state.measured(loss);
  }

  /** Loss on the held-out answers, in nats a token; NaN if nothing is held out. */
  double heldOutLoss(TrainableDecoder measured) {
    double sum = 0;
    long count = 0;
    for (Batch batch : heldOut) {
      sum += batch.learned() * measured.evaluate(batch.ids(), batch.targets());
      count += batch.learned();
    }
    return sum / count;
  }
}
