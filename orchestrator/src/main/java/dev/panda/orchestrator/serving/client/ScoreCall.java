package dev.panda.orchestrator.serving.client;

import dev.panda.api.reward.v1.CandidateScores;
import dev.panda.api.reward.v1.OpenSequence;
import dev.panda.api.reward.v1.ScoreCandidates;
import dev.panda.api.reward.v1.ScoreRequest;
import dev.panda.api.reward.v1.ScoreResponse;
import dev.panda.orchestrator.serving.decoding.RewardUnit;
import java.util.Arrays;
import java.util.List;

/** One sequence at a reward service. One thread at a time may use it. */
public final class ScoreCall implements AutoCloseable {
  private final BidirectionalCall<ScoreRequest, ScoreResponse> call;

  ScoreCall(BidirectionalCall<ScoreRequest, ScoreResponse> call) {
    this.call = call;
  }

  /**
   * Rewards of a step's candidates.
   *
   * @param rewards [candidate × preference], the preference varying fastest
   * @param runningSums raw terms of the accepted tokens, summed [preference]
   * @param responseRewards of the response as it is accepted [preference]
   */
  public record Scores(double[] rewards, double[] runningSums, double[] responseRewards) {}

  void open(
      int[] prompt, List<String> preferences, RewardUnit unit, int maxTokens, int maxCandidates) {
    OpenSequence.Builder open =
        OpenSequence.newBuilder()
            .addAllPreferences(preferences)
            .setUnit(RewardClient.proto(unit))
            .setMaxTokens(maxTokens)
            .setMaxCandidates(maxCandidates);
    Arrays.stream(prompt).forEach(open::addPromptTokenIds);
    call.send(ScoreRequest.newBuilder().setOpen(open).build());
  }

  /** Waits until the sequence has its room. */
  public void awaitOpened() {
    call.answer();
  }

  /**
   * Asks for the rewards of candidates.
   *
   * @param accepted tokens accepted since the last message
   * @param candidates token ids of the candidates
   */
  public void ask(int[] accepted, int[] candidates) {
    ScoreCandidates.Builder score = ScoreCandidates.newBuilder();
    Arrays.stream(accepted).forEach(score::addAcceptedTokenIds);
    Arrays.stream(candidates).forEach(score::addCandidateIds);
    call.send(ScoreRequest.newBuilder().setScore(score).build());
  }

  /** The rewards that were asked for; waits for them. */
  public Scores scores() {
    CandidateScores scores = call.answer().getScores();
    return new Scores(
        doubles(scores.getRewardsList()),
        doubles(scores.getRunningSumsList()),
        doubles(scores.getResponseRewardsList()));
  }

  private static double[] doubles(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).toArray();
  }

  @Override
  public void close() {
    call.close();
  }
}
