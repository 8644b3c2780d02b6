package dev.panda.reward.serving.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.panda.transformer.reward.Calibration;
import dev.panda.transformer.reward.Pooling;
import dev.panda.transformer.reward.RewardException;
import dev.panda.transformer.reward.RewardModel;
import dev.panda.transformer.reward.ScoreUnit;
import dev.panda.transformer.testing.TinyModels;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ResponseScoringTest {
  private final List<RewardModel> models =
      List.of(
          TinyModels.of("big", Pooling.MEAN, new Calibration(1, 2)),
          TinyModels.of("small", Pooling.LAST, Calibration.NONE));
  private final List<FakeReadoutSource> sources = new ArrayList<>();
  private final List<CompletableFuture<ReadoutSource>> openings = new ArrayList<>();

  @Test
  void givesRewardsInTheOrderOfTheResponses() {
    CompletableFuture<double[]> rewards = start(new int[] {7, 3}, new int[] {}, new int[] {5});
    openAll();
    sources.get(2).answer();
    sources.get(0).answer();
    assertThat(rewards).isNotDone();
    sources.get(1).answer();

    assertThat(rewards.join()).containsExactly((5 - 1) / 2.0, -3, 0, 0, (5 - 1) / 2.0, -5);
    assertThat(sources.get(0).accepted().get(0)).containsExactly(50, 51, 7, 3);
    assertThat(sources).allMatch(FakeReadoutSource::closed);
  }

  @Test
  void opensFourAtATime() {
    CompletableFuture<double[]> rewards =
        start(IntStream.range(0, 6).mapToObj(i -> new int[] {i}).toArray(int[][]::new));
    assertThat(openings).hasSize(4);

    openAll();
    sources.get(1).answer();
    assertThat(openings).hasSize(5);
    assertThat(sources.get(1).closed()).isTrue();
    openAll();
    IntStream.of(0, 2, 3, 4).forEach(i -> sources.get(i).answer());
    openAll();
    sources.get(5).answer();

    assertThat(openings).hasSize(6);
    assertThat(rewards.join()).hasSize(12);
  }

  @Test
  void freesEverythingWhenCancelled() {
    CompletableFuture<double[]> rewards = start(new int[] {7}, new int[] {3});
    open(0);

    rewards.cancel(false);

    assertThat(sources.get(0).closed()).isTrue();
    assertThat(openings.get(1)).isCancelled();
  }

  @Test
  void freesEverythingWhenOneFails() {
    CompletableFuture<double[]> rewards = start(new int[] {7}, new int[] {3}, new int[] {1});
    open(0);
    open(1);
    sources.get(0).fail(new IllegalStateException("a failure that a test makes"));

    assertThatThrownBy(rewards::join).hasRootCauseMessage("a failure that a test makes");
    assertThat(sources.get(1).closed()).isTrue();
    assertThat(openings.get(2)).isCancelled();
  }

  @Test
  void failsWhereRewardIsNoNumber() {
    CompletableFuture<double[]> rewards = start(new int[] {FakeReadoutSource.NOT_A_NUMBER});
    openAll();
    sources.get(0).answer();

    assertThatThrownBy(rewards::join)
        .hasCauseInstanceOf(RewardException.class)
        .hasMessageContaining("preference big, step 0: reward: NaN");
  }

  private CompletableFuture<double[]> start(int[]... responses) {
    ValidResponses request =
        new ValidResponses(
            new int[] {50, 51}, List.of(responses), new int[] {0, 1}, ScoreUnit.NORMALISED);
    return new ResponseScoring(
            request,
            models,
            room -> {
              openings.add(new CompletableFuture<>());
              return openings.get(openings.size() - 1);
            },
            Runnable::run)
        .start();
  }

  private void openAll() {
    while (sources.size() < openings.size()) {
      open(sources.size());
    }
  }

  private void open(int response) {
    sources.add(new FakeReadoutSource());
    openings.get(response).complete(sources.get(response));
  }
}
