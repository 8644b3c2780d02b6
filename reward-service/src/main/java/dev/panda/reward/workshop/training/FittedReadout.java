package dev.panda.reward.workshop.training;

import dev.panda.reward.workshop.pairs.Cuts;
import dev.panda.transformer.reward.Pooling;
import java.util.Arrays;

/**
 * A readout with its best penalty, and the results of the fitted head on held-out pairs.
 *
 * @param penalty strength of the L2 penalty
 * @param loss mean of −log σ(Δr) over held-out pairs and cuts
 * @param accuracies accuracy on held-out pairs, for each of {@link Cuts#PERCENTS}
 */
record FittedReadout(int layer, Pooling pooling, double penalty, double loss, double[] accuracies) {

  /** Mean accuracy over the cuts; the search compares readouts by it. */
  double accuracy() {
    return Arrays.stream(accuracies).average().orElseThrow();
  }
}
