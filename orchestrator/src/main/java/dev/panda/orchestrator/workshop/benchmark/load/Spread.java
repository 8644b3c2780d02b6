package dev.panda.orchestrator.workshop.benchmark.load;

import java.util.stream.LongStream;
import org.HdrHistogram.Histogram;

/**
 * Mean and percentiles of times, in milliseconds and right to a thousandth; all 0 if there is none.
 *
 * @param count number of times
 */
public record Spread(long count, double mean, double p50, double p95, double p99) {
  private static final int DIGITS = 3;
  private static final double MILLI = 1e6;

  /** The spread of times in nanoseconds. */
  static Spread of(LongStream nanos) {
    Histogram histogram = new Histogram(DIGITS);
    nanos.forEach(histogram::recordValue);
    return new Spread(
        histogram.getTotalCount(),
        histogram.getMean() / MILLI,
        histogram.getValueAtPercentile(50) / MILLI,
        histogram.getValueAtPercentile(95) / MILLI,
        histogram.getValueAtPercentile(99) / MILLI);
  }
}
