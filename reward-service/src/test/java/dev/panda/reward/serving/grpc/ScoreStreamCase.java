package dev.panda.reward.serving.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.panda.answer.testing.ManualEventLoop;
import dev.panda.answer.testing.RecordingClient;
import dev.panda.api.reward.v1.CandidateScores;
import dev.panda.api.reward.v1.OpenSequence;
import dev.panda.api.reward.v1.RewardUnit;
import dev.panda.api.reward.v1.ScoreCandidates;
import dev.panda.api.reward.v1.ScoreRequest;
import dev.panda.api.reward.v1.ScoreResponse;
import dev.panda.transformer.reward.Calibration;
import dev.panda.transformer.reward.Pooling;
import dev.panda.transformer.reward.RewardModel;
import dev.panda.transformer.testing.TinyModels;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A stream to two reward models, whose engine and client the test plays. */
abstract class ScoreStreamCase {
  static final List<Integer> NONE = List.of();

  final List<RewardModel> models =
      new ArrayList<>(
          List.of(
              TinyModels.of("big", Pooling.MEAN, new Calibration(1, 2)),
              TinyModels.of("small", Pooling.INCREMENT, Calibration.NONE)));
  final RecordingClient<ScoreResponse> client = new RecordingClient<>();
  final FakeReadoutSource source = new FakeReadoutSource();
  CompletableFuture<ReadoutSource> opening = CompletableFuture.completedFuture(source);
  final ManualEventLoop eventLoop = new ManualEventLoop();
  int reservedTokens;
  int reservedCandidates;
  final ScoreStream stream =
      new ScoreStream(
          client,
          new Scoring(
              new ScoreRequests(List.of("big", "small"), new Limits(100, 20, 100, 8, 2, 4)),
              models,
              Duration.ofSeconds(60)),
          room -> {
            reservedTokens = room.maxTokens();
            reservedCandidates = room.maxCandidates();
            return opening;
          },
          eventLoop);

  void openAndAnswer() {
    stream.onNext(open());
    source.answer();
  }

  CandidateScores scores(int answer) {
    return client.answers().get(answer).getScores();
  }

  void assertRefused(String message) {
    assertThat(client.ends()).isOne();
    assertThat(failure().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(failure().getDescription()).isEqualTo(message);
  }

  Status failure() {
    return Status.fromThrowable(client.failures().get(0));
  }

  static ScoreRequest open() {
    return open(openSequence());
  }

  static ScoreRequest open(OpenSequence.Builder open) {
    return ScoreRequest.newBuilder().setOpen(open).build();
  }

  static OpenSequence.Builder openSequence() {
    return OpenSequence.newBuilder()
        .addPromptTokenIds(50)
        .addPromptTokenIds(51)
        .addPreferences("big")
        .addPreferences("small")
        .setUnit(RewardUnit.REWARD_UNIT_NORMALISED)
        .setMaxTokens(4)
        .setMaxCandidates(3);
  }

  static ScoreRequest score(List<Integer> accepted, List<Integer> candidates) {
    return ScoreRequest.newBuilder()
        .setScore(
            ScoreCandidates.newBuilder()
                .addAllAcceptedTokenIds(accepted)
                .addAllCandidateIds(candidates))
        .build();
  }
}
