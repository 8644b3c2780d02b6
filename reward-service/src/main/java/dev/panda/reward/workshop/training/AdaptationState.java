package dev.panda.reward.workshop.training;

import java.util.ArrayList;
import java.util.List;

/**
 * The progress of a backbone's training; weights and moments are stored with it.
 *
 * @param update number of updates done
 * @param seconds time spent, including measurements
 * @param measurements results on the validation pairs; the first precedes all updates
 */
record AdaptationState(long update, double seconds, List<Measurement> measurements) {

  AdaptationState {
    measurements = List.copyOf(measurements);
  }

  /**
   * A measurement on the validation pairs.
   *
   * @param update number of the update before the measurement
   * @param loss mean of −log σ(Δr) over pairs and cuts
   * @param accuracy mean over the cuts
   */
  record Measurement(long update, double loss, double accuracy) {
    boolean isBetterThan(Measurement other) {
      return accuracy > other.accuracy || (accuracy == other.accuracy && loss < other.loss);
    }
  }

  static AdaptationState begin(Measurement first) {
    return new AdaptationState(0, 0, List.of(first));
  }

  AdaptationState updated() {
    return new AdaptationState(update + 1, seconds, measurements);
  }

  AdaptationState measured(Measurement measurement) {
    List<Measurement> more = new ArrayList<>(measurements);
    more.add(measurement);
    return new AdaptationState(update, seconds, more);
  }

  AdaptationState spent(double more) {
    return new AdaptationState(update, seconds + more, measurements);
  }

  /** The best measurement; among equal ones the first. */
  Measurement best() {
    return measurements.get(bestIndex());
  }

  /** Number of measurements since the best one. */
  int sinceBest() {
    return measurements.size() - 1 - bestIndex();
  }

  private int bestIndex() {
    int best = 0;
    for (int i = 1; i < measurements.size(); i++) {
      if (measurements.get(i).isBetterThan(measurements.get(best))) {
        best = i;
      }
    }
    return best;
  }
}
