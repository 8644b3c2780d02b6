package dev.panda.reward.workshop.training;

import dev.panda.transformer.reward.Pooling;

/**
 * A head fitted to the training pairs' features.
 *
 * @param pooling of the features: {@link Pooling#LAST} or {@link Pooling#MEAN}
 * @param penalty strength of the L2 penalty
 */
record FittedHead(int layer, Pooling pooling, double penalty, StandardisedHead head) {

  /** Whether this is the head of a readout. */
  boolean isOf(FittedReadout readout) {
    return layer == readout.layer()
        && pooling == ofFeatures(readout.pooling())
        && penalty == readout.penalty();
  }

  /** The pooling of the features: an increment is a term of a mean, so it is fitted as the mean. */
  static Pooling ofFeatures(Pooling pooling) {
    return pooling == Pooling.INCREMENT ? Pooling.MEAN : pooling;
  }
}
