package dev.panda.reward.training;

/** A function to minimise, with its gradient. */
interface Objective {

  /** Number of variables. */
  int size();

  /**
   * Value at a point.
   *
   * @param point [size]
   * @param gradient receives the gradient there [size]
   */
  double evaluate(double[] point, double[] gradient);
}
