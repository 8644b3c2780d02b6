package dev.panda.reward.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.panda.api.reward.v1.OpenSequence;
import dev.panda.api.reward.v1.RewardUnit;
import dev.panda.reward.testing.ScoreClient;
import dev.panda.reward.testing.TinyRewards;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URL;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Many calls share an orchestrator's connection: none may end it for the others. */
@QuarkusTest
@QuarkusTestResource(TinyRewards.class)
@Timeout(120)
class SharedConnectionTest {
  private static final int LEAVING = 2000;
  private static final int[] NONE = {};

  @TestHTTPResource("/")
  URL address;

  private ManagedChannel channel;

  @BeforeEach
  void connect() {
    channel =
        ManagedChannelBuilder.forAddress("127.0.0.1", address.getPort()).usePlaintext().build();
  }

  @AfterEach
  void disconnect() {
    channel.shutdownNow();
  }

  private static OpenSequence.Builder open() {
    return OpenSequence.newBuilder()
        .addPreferences("mean")
        .setUnit(RewardUnit.REWARD_UNIT_NORMALISED)
        .setMaxTokens(8)
        .setMaxCandidates(2)
        .addAllPromptTokenIds(List.of(70, 12));
  }

  @Test
  void staysWhereStreamsAreHalfClosedAndResetAtOnce() throws InterruptedException {
    ScoreClient stream = new ScoreClient(channel);
    stream.open(open());

    for (int i = 0; i < LEAVING; i++) {
      ScoreClient leaving = new ScoreClient(channel);
      leaving.open(open());
      leaving.halfClose();
      leaving.cancel();
    }

    assertThat(stream.score(NONE, 31).getRewardsCount()).isOne();
  }
}
