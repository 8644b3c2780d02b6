package dev.panda.reward.workshop.report;

import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * Counts two samples in the same bins, which are equally wide and have round edges. A bin includes
 * its lower edge but not its upper edge.
 *
 * @param edges of the bins, ascending [bins + 1]
 * @param chosen counts of the first sample [bins]
 * @param rejected counts of the second sample [bins]
 */
record Histogram(double[] edges, int[] chosen, int[] rejected) {
  private static final int FEWEST_BINS = 5;
  private static final int MOST_BINS = 30;

  /**
   * Chooses bins over the range of both samples, at most about the square root of the number of
   * values.
   *
   * @param chosen at least one, finite
   * @param rejected at least one, finite
   */
  static Histogram of(double[] chosen, double[] rejected) {
    double[] all =
        DoubleStream.concat(DoubleStream.of(chosen), DoubleStream.of(rejected)).toArray();
    double low = DoubleStream.of(all).min().orElseThrow();
    double high = DoubleStream.of(all).max().orElseThrow();
    double bins = Math.min(MOST_BINS, Math.max(FEWEST_BINS, Math.sqrt(all.length)));
    double width = low == high ? 1 : roundUp((high - low) / bins);
    long first = (long) Math.floor(low / width);
    long last = (long) Math.floor(high / width);
    double[] edges =
        IntStream.rangeClosed(0, (int) (last - first) + 1)
            .mapToDouble(i -> (first + i) * width)
            .toArray();
    return new Histogram(
        edges, count(chosen, first, width, edges), count(rejected, first, width, edges));
  }

  /** Rounds up to one of …, 0.1, 0.2, 0.5, 1, 2, 5, 10, … */
  private static double roundUp(double width) {
    double power = Math.pow(10, Math.floor(Math.log10(width)));
    return DoubleStream.of(1, 2, 5)
        .map(step -> step * power)
        .filter(step -> step >= width)
        .findFirst()
        .orElse(10 * power);
  }

  private static int[] count(double[] sample, long first, double width, double[] edges) {
    int[] counts = new int[edges.length - 1];
    for (double value : sample) {
      counts[(int) ((long) Math.floor(value / width) - first)]++;
    }
    return counts;
  }
}
