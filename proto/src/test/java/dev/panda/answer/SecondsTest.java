package dev.panda.answer;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SecondsTest {
  @ParameterizedTest
  @CsvSource({
    "PT0S, 0 s",
    "PT5S, 5 s",
    "PT2M, 120 s",
    "PT1.5S, 1.5 s",
    "PT0.0005S, 0.0005 s",
    "PT-0.25S, -0.25 s",
    "P9999999D, 863999913600 s"
  })
  void areWrittenAsPeopleWriteThem(Duration time, String words) {
    assertThat(Seconds.of(time)).isEqualTo(words);
  }
}
