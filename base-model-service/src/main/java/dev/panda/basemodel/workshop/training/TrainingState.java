package dev.panda.basemodel.workshop.training;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * The progress of a training; weights and moments are stored with it.
 *
 * @param update number of updates done
 * @param total number of the last update; 0 while unknown
 * @param seconds spent training
 * @param tokens read by the model, without padding
 * @param lossSum sum of the losses of the updates since the last measurement
 * @param lossCount number of these updates
 */
record TrainingState(
    long update,
    long total,
    double seconds,
    long tokens,
    double lossSum,
    long lossCount,
    List<Measurement> measurements) {

  TrainingState {
    measurements = List.copyOf(measurements);
  }

  static TrainingState begin(long total) {
    return new TrainingState(0, total, 0, 0, 0, 0, List.of());
  }

  OptionalLong knownTotal() {
    return total > 0 ? OptionalLong.of(total) : OptionalLong.empty();
  }

  boolean isDone() {
    return total > 0 && update >= total;
  }

  /** Mean loss since the last measurement; NaN without an update. */
  double loss() {
    return lossSum / lossCount;
  }

  TrainingState updated(Batch batch, double loss, double secondsSpent) {
    return new TrainingState(
        update + 1,
        total,
        seconds + secondsSpent,
        tokens + batch.tokens(),
        lossSum + loss,
        lossCount + 1,
        measurements);
  }

  TrainingState spent(double more) {
    return new TrainingState(
        update, total, seconds + more, tokens, lossSum, lossCount, measurements);
  }

  TrainingState withTotal(long updates) {
    return new TrainingState(update, updates, seconds, tokens, lossSum, lossCount, measurements);
  }

  TrainingState measured(double heldOutLoss) {
    List<Measurement> more = new ArrayList<>(measurements);
    more.add(new Measurement(update, loss(), heldOutLoss));
    return new TrainingState(update, total, seconds, tokens, 0, 0, more);
  }
}
