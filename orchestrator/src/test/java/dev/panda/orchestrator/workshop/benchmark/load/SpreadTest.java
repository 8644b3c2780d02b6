package dev.panda.orchestrator.workshop.benchmark.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class SpreadTest {
  @Test
  void agreesWithASortedArray() {
    long[] nanos = new Random(1).longs(9_999, 1_000, 60_000_000_000L).toArray();

    Spread spread = Spread.of(Arrays.stream(nanos));

    Arrays.sort(nanos);
    assertThat(spread.count()).isEqualTo(9_999);
    assertThat(spread.mean())
        .isCloseTo(Arrays.stream(nanos).average().orElseThrow() / 1e6, withinPercentage(0.1));
    assertThat(spread.p50()).isCloseTo(nanos[4_999] / 1e6, withinPercentage(0.1));
    assertThat(spread.p95()).isCloseTo(nanos[9_499] / 1e6, withinPercentage(0.1));
    assertThat(spread.p99()).isCloseTo(nanos[9_899] / 1e6, withinPercentage(0.1));
  }

  @Test
  void isAllZeroWithoutTimes() {
    assertThat(Spread.of(LongStream.empty())).isEqualTo(new Spread(0, 0, 0, 0, 0));
  }
}
