package dev.panda.orchestrator.serving.client;

import dev.panda.api.reward.v1.CandidateScores;
import dev.panda.api.reward.v1.ListPreferencesResponse;
import dev.panda.api.reward.v1.ScoreResponse;
import dev.panda.api.reward.v1.ScoreResponse.KindCase;
import dev.panda.api.reward.v1.ScoreSequencesResponse;
import dev.panda.orchestrator.serving.decoding.RewardUnit;
import dev.panda.orchestrator.serving.port.RewardDescription;
import dev.panda.orchestrator.serving.port.StepRewards;
import java.util.List;

/** Turns the answers of a reward service into records that keep to its contract. */
record RewardAnswers(AnswerCheck check) {

  RewardDescription description(ListPreferencesResponse served) {
    return new RewardDescription(
        served.getBackboneId(),
        check.fingerprint(served.getTokenizerFingerprint()),
        check.atLeastOne("context_length", served.getContextLength()),
        check.atLeastOne("max_candidates", served.getMaxCandidates()),
        check.atLeastOne("max_preferences", served.getMaxPreferences()),
        check.atLeastOne("max_responses", served.getMaxResponses()),
        new PreferenceAnswers(check).of(served.getPreferencesList()));
  }

  void opened(ScoreResponse answer) {
    requireKind(answer, KindCase.OPENED);
  }

  /**
   * The rewards of a step.
   *
   * @param candidates number of candidates that were asked for
   * @param accepted number of tokens accepted so far
   */
  StepRewards scores(ScoreResponse answer, List<String> preferences, int candidates, int accepted) {
    requireKind(answer, KindCase.SCORES);
    CandidateScores scores = answer.getScores();
    int told = scores.getAcceptedTokens();
    check.require(told == accepted, "scores.accepted_tokens", told, "" + accepted);
    int count = preferences.size();
    return new StepRewards(
        check.finite(
            "scores.rewards",
            scores.getRewardsList(),
            candidates * count,
            i -> finite(preferences.get(i % count), accepted)),
        check.finite("scores.running_sums", scores.getRunningSumsList(), count),
        check.finite(
            "scores.response_rewards",
            scores.getResponseRewardsList(),
            count,
            i -> finite(preferences.get(i), accepted)));
  }

  /** Says what is expected of a preference's reward. */
  static String finite(String preference, int step) {
    return "a finite number; preference %s, step %d".formatted(preference, step);
  }

  private void requireKind(ScoreResponse answer, KindCase expected) {
    KindCase kind = answer.getKindCase();
    check.require(kind == expected, "kind", kind, expected.toString());
  }

  double[] sequences(ScoreSequencesResponse answer, int responses, List<String> preferences) {
    int count = preferences.size();
    return check.finite(
        "rewards",
        answer.getRewardsList(),
        responses * count,
        i ->
            "a finite number; preference %s, response %d"
                .formatted(preferences.get(i % count), i / count));
  }

  static dev.panda.api.reward.v1.RewardUnit proto(RewardUnit unit) {
    return switch (unit) {
      case NORMALISED -> dev.panda.api.reward.v1.RewardUnit.REWARD_UNIT_NORMALISED;
      case RAW -> dev.panda.api.reward.v1.RewardUnit.REWARD_UNIT_RAW;
    };
  }
}
