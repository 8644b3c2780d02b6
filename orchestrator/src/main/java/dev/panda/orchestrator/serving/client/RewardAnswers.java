package dev.panda.orchestrator.serving.client;

import dev.panda.api.reward.v1.CandidateScores;
import dev.panda.api.reward.v1.ListPreferencesResponse;
import dev.panda.api.reward.v1.Preference;
import dev.panda.api.reward.v1.ScoreResponse;
import dev.panda.api.reward.v1.ScoreResponse.KindCase;
import dev.panda.api.reward.v1.ScoreSequencesResponse;
import dev.panda.orchestrator.serving.decoding.Interval;
import dev.panda.orchestrator.serving.decoding.PreferenceReward;
import dev.panda.orchestrator.serving.decoding.RewardPooling;
import dev.panda.orchestrator.serving.decoding.RewardUnit;
import dev.panda.orchestrator.serving.port.RewardDescription;
import dev.panda.orchestrator.serving.port.ServedPreference;
import dev.panda.orchestrator.serving.port.StepRewards;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Turns the answers of a reward service into records that keep to its contract. */
record RewardAnswers(AnswerCheck check) {

  RewardDescription description(ListPreferencesResponse served) {
    check.allDifferent(
        "preferences.name", served.getPreferencesList().stream().map(Preference::getName).toList());
    List<ServedPreference> preferences = new ArrayList<>();
    for (Preference preference : served.getPreferencesList()) {
      preferences.add(preference("preferences[%d]".formatted(preferences.size()), preference));
    }
    return new RewardDescription(
        served.getBackboneId(),
        check.fingerprint(served.getTokenizerFingerprint()),
        check.atLeastOne("context_length", served.getContextLength()),
        check.atLeastOne("max_candidates", served.getMaxCandidates()),
        check.atLeastOne("max_preferences", served.getMaxPreferences()),
        check.atLeastOne("max_responses", served.getMaxResponses()),
        preferences);
  }

  private ServedPreference preference(String field, Preference preference) {
    check.require(!preference.getName().isEmpty(), field + ".name", "empty", "a name");
    double deviation =
        check.finite(field + ".standard_deviation", preference.getStandardDeviation());
    check.require(
        deviation > 0, field + ".standard_deviation", deviation, "a finite number above 0");
    return new ServedPreference(
        new PreferenceReward(
            preference.getName(),
            pooling(field, preference),
            preference.hasClip() ? Optional.of(clip(field, preference)) : Optional.empty(),
            check.finite(field + ".mean", preference.getMean()),
            deviation),
        preference.getDescription(),
        preference.getTokenHead(),
        check.finite(field + ".default_strength", preference.getDefaultStrength()));
  }

  private RewardPooling pooling(String field, Preference preference) {
    return switch (preference.getPooling()) {
      case POOLING_LAST -> RewardPooling.LAST;
      case POOLING_MEAN -> RewardPooling.MEAN;
      case POOLING_INCREMENT -> RewardPooling.INCREMENT;
      case POOLING_UNSPECIFIED, UNRECOGNIZED ->
          throw check.breach(
              field + ".pooling",
              preference.getPoolingValue(),
              "POOLING_LAST, POOLING_MEAN or POOLING_INCREMENT");
    };
  }

  private Interval clip(String field, Preference preference) {
    double low = check.finite(field + ".clip", preference.getClip().getLow());
    double high = check.finite(field + ".clip", preference.getClip().getHigh());
    check.require(
        low <= high, field + ".clip", "[%s, %s]".formatted(low, high), "low at most high");
    return new Interval(low, high);
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

  private static String finite(String preference, int step) {
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
