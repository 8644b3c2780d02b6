package dev.panda.transformer.workshop.training;

/**
 * The learning rate: it rises linearly to its peak, then falls to 0 along half a cosine. What it is
 * in the rise does not depend on how long training goes on.
 *
 * @param peak above 0
 * @param warmUp number of updates of the rise
 */
public record LearningRate(double peak, long warmUp) {

  /**
   * The rate of one update.
   *
   * @param update from 1
   * @param total number of updates; unused in the rise
   */
  public double at(long update, long total) {
    if (update <= warmUp) {
      return peak * update / warmUp;
    }
    double done = (double) (update - warmUp) / (total - warmUp + 1);
    return peak * (1 + Math.cos(Math.PI * done)) / 2;
  }
}
