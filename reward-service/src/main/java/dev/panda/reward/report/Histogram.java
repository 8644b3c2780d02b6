package dev.panda.reward.report;

import java.util.stream.DoubleStream;

/**
 * Two samples counted in the same bins, all equally wide. A bin has its lower edge; the last one
 * has its upper edge too.
 *
 * @param edges of the bins, ascending [bins + 1]
 * @param chosen how many of the one sample lie in each bin [bins]
 * @param rejected how many of the other [bins]
 */
record Histogram(double[] edges, int[] chosen, int[] rejected) {
  private static final int FEWEST_BINS = 5;
  private static final int MOST_BINS = 30;

  /**
   * Bins over the range of both, about as many as the square root of their number.
   *
   * @param chosen at least one, finite
   * @param rejected at least one, finite
   */
  static Histogram of(double[] chosen, double[] rejected) {
    double[] all =
        DoubleStream.concat(DoubleStream.of(chosen), DoubleStream.of(rejected)).toArray();
    double low = DoubleStream.of(all).min().orElseThrow();
    double high = DoubleStream.of(all).max().orElseThrow();
    if (low == high) {
      low -= 0.5;
      high += 0.5;
    }
    int bins = (int) Math.min(MOST_BINS, Math.max(FEWEST_BINS, Math.round(Math.sqrt(all.length))));
    double[] edges = new double[bins + 1];
    for (int i = 0; i <= bins; i++) {
      edges[i] = low + (high - low) * i / bins;
    }
    return new Histogram(edges, count(chosen, edges), count(rejected, edges));
  }

  private static int[] count(double[] sample, double[] edges) {
    int bins = edges.length - 1;
    double low = edges[0];
    double width = edges[bins] - low;
    int[] counts = new int[bins];
    for (double value : sample) {
      counts[Math.min(bins - 1, (int) ((value - low) / width * bins))]++;
    }
    return counts;
  }
}
