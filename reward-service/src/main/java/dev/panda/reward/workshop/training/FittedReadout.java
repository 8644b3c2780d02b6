package dev.panda.reward.workshop.training;

import dev.panda.reward.serving.head.Pooling;
import dev.panda.reward.workshop.pairs.Cuts;
import java.util.Arrays;

/**
 * A readout, the penalty that suits it best, and what held-out pairs say of the head fit so.
 *
 * @param penalty strength of the L2 penalty
 * @param loss mean of −log σ(Δr) over held-out pairs and cuts
 * @param accuracies share of held-out pairs told apart, for each of {@link Cuts#PERCENTS}
 */
record FittedReadout(int layer, Pooling pooling, double penalty, double loss, double[] accuracies) {

  /** Mean over the cuts: what readouts are chosen by. */
  double accuracy() {
    return Arrays.stream(accuracies).average().orElseThrow();
  }
}
