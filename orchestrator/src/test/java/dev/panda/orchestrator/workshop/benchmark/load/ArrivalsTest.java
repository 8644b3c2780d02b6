package dev.panda.orchestrator.workshop.benchmark.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class ArrivalsTest {
  private static long[] first(int count, double rate, long seed) {
    Arrivals arrivals = new Arrivals(rate, seed);
    return LongStream.generate(arrivals::next).limit(count).toArray();
  }

  @Test
  void equalSeedsGiveEqualArrivals() {
    assertThat(first(100, 2, 7)).isEqualTo(first(100, 2, 7)).isNotEqualTo(first(100, 2, 8));
  }

  @Test
  void arrivalsAscend() {
    assertThat(first(1000, 50, 1)).isSorted();
  }

  @Test
  void timesBetweenArrivalsAreExponential() {
    int count = 100_000;
    double[] gaps = new double[count];
    long last = 0;
    int beyondTheMean = 0;
    double sum = 0;
    long[] arrivals = first(count, 4, 1);
    for (int i = 0; i < count; i++) {
      gaps[i] = (arrivals[i] - last) / 1e9;
      last = arrivals[i];
      sum += gaps[i];
      beyondTheMean += gaps[i] > 0.25 ? 1 : 0;
    }

    assertThat(sum / count).isCloseTo(0.25, within(0.005));
    assertThat((double) beyondTheMean / count).isCloseTo(Math.exp(-1), within(0.005));
  }
}
