package dev.panda.reward.serving.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.panda.api.reward.v1.OpenSequence;
import dev.panda.reward.testing.ScoreClient;
import dev.panda.reward.testing.TinyRewards;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Many calls share an orchestrator's connection: none may end it for the others. */
@QuarkusTest
@QuarkusTestResource(TinyRewards.class)
@Timeout(120)
class SharedConnectionTest extends RewardServiceCase {
  private static final int LEAVING = 2000;

  private static OpenSequence.Builder small() {
    return open(List.of("mean")).setMaxTokens(8).setMaxCandidates(2);
  }

  @Test
  void staysWhereStreamsAreHalfClosedAndResetAtOnce() throws InterruptedException {
    ScoreClient stream = new ScoreClient(channel);
    stream.open(small());

    for (int i = 0; i < LEAVING; i++) {
      ScoreClient leaving = new ScoreClient(channel);
      leaving.open(small());
      leaving.halfClose();
      leaving.cancel();
    }

    assertThat(stream.score(NONE, 31).getRewardsCount()).isOne();
  }
}
