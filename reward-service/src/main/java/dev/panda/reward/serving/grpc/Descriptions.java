package dev.panda.reward.serving.grpc;

import dev.panda.api.reward.v1.Interval;
import dev.panda.api.reward.v1.ListPreferencesResponse;
import dev.panda.api.reward.v1.Pooling;
import dev.panda.api.reward.v1.Preference;
import dev.panda.reward.serving.model.ServedRewards;
import dev.panda.transformer.reward.RewardCard;
import dev.panda.transformer.reward.loading.Backbone;

/** Describes the backbone and the preferences for clients. */
final class Descriptions {
  private Descriptions() {}

  static ListPreferencesResponse of(ServedRewards served, Limits limits) {
    Backbone backbone = served.backbone();
    ListPreferencesResponse.Builder response =
        ListPreferencesResponse.newBuilder()
            .setBackboneId(backbone.id())
            .setVocabularySize(backbone.vocabularySize())
            .setTokenizerFingerprint(backbone.tokenizerFingerprint())
            .setContextLength(limits.sequenceTokens(limits.maxCandidates()))
            .setMaxCandidates(limits.maxCandidates())
            .setMaxPreferences(limits.maxPreferences())
            .setMaxResponses(limits.maxResponses());
    served.models().forEach(model -> response.addPreferences(preference(model.card())));
    return response.build();
  }

  private static Preference preference(RewardCard card) {
    Preference.Builder preference =
        Preference.newBuilder()
            .setName(card.preference())
            .setDescription(card.description())
            .setLayer(card.readout().layer())
            .setPooling(pooling(card.readout().pooling()))
            .setMean(card.calibration().mean())
            .setStandardDeviation(card.calibration().standardDeviation())
            .setDefaultStrength(card.defaultStrength())
            .setTokenHead(card.tokenHead().isPresent());
    card.readout()
        .clip()
        .ifPresent(
            clip ->
                preference.setClip(Interval.newBuilder().setLow(clip.low()).setHigh(clip.high())));
    return preference.build();
  }

  private static Pooling pooling(dev.panda.transformer.reward.Pooling pooling) {
    return switch (pooling) {
      case LAST -> Pooling.POOLING_LAST;
      case MEAN -> Pooling.POOLING_MEAN;
      case INCREMENT -> Pooling.POOLING_INCREMENT;
    };
  }
}
