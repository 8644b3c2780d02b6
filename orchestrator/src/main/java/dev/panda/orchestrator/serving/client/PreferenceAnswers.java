package dev.panda.orchestrator.serving.client;

import dev.panda.api.reward.v1.Preference;
import dev.panda.orchestrator.serving.decoding.Interval;
import dev.panda.orchestrator.serving.decoding.PreferenceReward;
import dev.panda.orchestrator.serving.decoding.RewardPooling;
import dev.panda.orchestrator.serving.port.ServedPreference;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Turns the descriptions of preferences into records that keep to the contract. */
record PreferenceAnswers(AnswerCheck check) {

  List<ServedPreference> of(List<Preference> told) {
    check.allDifferent("preferences.name", told.stream().map(Preference::getName).toList());
    List<ServedPreference> preferences = new ArrayList<>();
    for (Preference preference : told) {
      preferences.add(preference("preferences[%d]".formatted(preferences.size()), preference));
    }
    return preferences;
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
}
