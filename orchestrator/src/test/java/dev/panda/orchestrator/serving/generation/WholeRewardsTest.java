package dev.panda.orchestrator.serving.generation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How many finished responses are scored at a time. */
class WholeRewardsTest {
  private static final int MOST = 64;

  @ParameterizedTest
  @CsvSource({
    // as many as the service takes, or as there are
    "100, 50, 100, 64",
    "100, 50, 7, 7",
    // as many as the service reads in a message
    "65536, 65536, 64, 15",
    "65536, 65537, 64, 14",
    "0, 1048576, 2, 1",
    // one at least
    "1048576, 1, 2, 1"
  })
  void isBoundByNumberAndByTokens(int prompt, int tokens, int responses, int batch) {
    List<int[]> all = Collections.nCopies(responses, new int[tokens]);

    assertThat(WholeRewards.batch(prompt, all, MOST)).isEqualTo(batch);
  }
}
