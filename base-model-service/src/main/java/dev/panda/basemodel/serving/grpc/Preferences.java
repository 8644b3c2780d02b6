package dev.panda.basemodel.serving.grpc;

import dev.panda.api.reward.v1.Interval;
import dev.panda.api.reward.v1.Pooling;
import dev.panda.api.reward.v1.Preference;
import dev.panda.transformer.reward.Readout;
import dev.panda.transformer.reward.RewardCard;
import dev.panda.transformer.reward.RewardModel;

/** Describes the preferences that the service holds. */
final class Preferences {
  private Preferences() {}

  static Preference describe(RewardModel model) {
    RewardCard card = model.card();
    Readout readout = card.readout();
    Preference.Builder preference =
        Preference.newBuilder()
            .setName(card.preference())
            .setDescription(card.description())
            .setLayer(readout.layer())
            .setPooling(Pooling.valueOf("POOLING_" + readout.pooling()))
            .setMean(card.calibration().mean())
            .setStandardDeviation(card.calibration().standardDeviation())
            .setDefaultStrength(card.defaultStrength())
            .setTokenHead(card.tokenHead().isPresent());
    readout
        .clip()
        .map(clip -> Interval.newBuilder().setLow(clip.low()).setHigh(clip.high()))
        .ifPresent(preference::setClip);
    return preference.build();
  }
}
