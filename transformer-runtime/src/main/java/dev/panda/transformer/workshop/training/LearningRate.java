package dev.panda.transformer.workshop.training;

/**
 * The learning rate: it rises linearly to its peak, then falls to 0 along half a cosine. During the
 * rise it does not depend on the total number of updates.
 *
 * @param peak above 0
 * @param warmUp number of updates in the rise
 */
public record LearningRate(double peak, long warmUp) {

  /**
   * The rate of one update.
   *
   * @param update from 1
   * @param total number of updates; unused during the rise
   */
  public double at(long update, long total) {
    if (update <= warmUp) {
      return peak * update / warmUp;
    }
    double done = (double) (update - warmUp) / (total - warmUp + 1);
    return peak * (1 + Math.cos(Math.PI * done)) / 2;
  }
}
