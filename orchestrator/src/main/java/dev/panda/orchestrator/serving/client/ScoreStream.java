package dev.panda.orchestrator.serving.client;

import dev.panda.api.reward.v1.OpenSequence;
import dev.panda.api.reward.v1.ScoreCandidates;
import dev.panda.api.reward.v1.ScoreRequest;
import dev.panda.api.reward.v1.ScoreResponse;
import dev.panda.orchestrator.serving.port.RewardRequest;
import dev.panda.orchestrator.serving.port.RewardStream;
import dev.panda.orchestrator.serving.port.StepRewards;
import java.util.Arrays;
import java.util.function.Function;

/** One {@code Score} stream. */
final class ScoreStream implements RewardStream {
  private final BidirectionalCall<ScoreRequest, ScoreResponse> call;
  private final RewardRequest request;
  private final RewardAnswers answers;
  private int accepted;
  private int candidates;

  private ScoreStream(
      BidirectionalCall<ScoreRequest, ScoreResponse> call,
      RewardRequest request,
      RewardAnswers answers) {
    this.call = call;
    this.request = request;
    this.answers = answers;
    this.accepted = request.accepted().length;
  }

  /**
   * Opens a stream.
   *
   * @param start starts a call with its first question
   */
  static ScoreStream open(
      Function<ScoreRequest, BidirectionalCall<ScoreRequest, ScoreResponse>> start,
      RewardRequest request,
      RewardAnswers answers) {
    OpenSequence.Builder open =
        OpenSequence.newBuilder()
            .addAllPreferences(request.preferences())
            .setUnit(RewardAnswers.proto(request.unit()))
            .setMaxTokens(request.maxTokens())
            .setMaxCandidates(request.maxCandidates());
    Arrays.stream(request.prompt()).forEach(open::addPromptTokenIds);
    Arrays.stream(request.accepted()).forEach(open::addAcceptedTokenIds);
    return new ScoreStream(
        start.apply(ScoreRequest.newBuilder().setOpen(open).build()), request, answers);
  }

  @Override
  public void awaitOpened() {
    answers.opened(call.acknowledgement());
  }

  @Override
  public void ask(int[] acceptedSince, int[] candidateIds) {
    accepted += acceptedSince.length;
    candidates = candidateIds.length;
    ScoreCandidates.Builder score = ScoreCandidates.newBuilder();
    Arrays.stream(acceptedSince).forEach(score::addAcceptedTokenIds);
    Arrays.stream(candidateIds).forEach(score::addCandidateIds);
    call.send(ScoreRequest.newBuilder().setScore(score).build());
  }

  @Override
  public StepRewards rewards() {
    return answers.scores(call.answer(), request.preferences(), candidates, accepted);
  }

  @Override
  public void close() {
    call.close();
  }
}
