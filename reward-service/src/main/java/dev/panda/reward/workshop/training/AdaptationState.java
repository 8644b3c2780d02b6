package dev.panda.reward.workshop.training;

import java.util.ArrayList;
import java.util.List;

/**
 * How far the training of a backbone is, beside weights and moments.
 *
 * @param update number of updates done
 * @param seconds spent, measurements included
 * @param measurements the first before any update
 */
record AdaptationState(long update, double seconds, List<Measurement> measurements) {

  AdaptationState {
    measurements = List.copyOf(measurements);
  }

  /**
   * What the pairs split off say.
   *
   * @param update after which they were asked
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

  /** The best measurement, of equals the first. */
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
