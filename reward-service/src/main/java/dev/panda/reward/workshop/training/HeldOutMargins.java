package dev.panda.reward.workshop.training;

import java.util.List;

/** Measures fitted heads on held-out pairs. */
interface HeldOutMargins {

  /**
   * Rewards of chosen minus rejected responses.
   *
   * @return for each head, in order, [pair × cut of {@link
   *     dev.panda.reward.workshop.pairs.Cuts#PERCENTS}]
   */
  List<double[]> of(List<FittedHead> heads);
}
