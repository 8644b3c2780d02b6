package dev.panda.reward.workshop.fit;

/** A function to minimise, with its gradient. */
public interface Objective {

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
