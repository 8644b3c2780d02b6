package dev.panda.transformer.testing;

import dev.panda.transformer.reward.Calibration;
import dev.panda.transformer.reward.Clip;
import dev.panda.transformer.reward.Pooling;
import dev.panda.transformer.reward.Readout;
import dev.panda.transformer.reward.RewardCard;
import dev.panda.transformer.reward.RewardHead;
import dev.panda.transformer.reward.RewardModel;
import dev.panda.transformer.reward.Role;
import dev.panda.transformer.reward.TokenHead;
import dev.panda.transformer.reward.TokenHeadRecord;
import dev.panda.transformer.reward.TrainingMethod;
import dev.panda.transformer.reward.TrainingRecord;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** Reward models for tests. */
public final class TinyModels {
  private static final String FINGERPRINT = "00";

  private TinyModels() {}

  /** The mean of its terms, each the read-out as it is, in units of nothing. */
  public static RewardModel plain(String preference) {
    return of(preference, Pooling.MEAN, Calibration.NONE);
  }

  /** Without clip, weight or bias: for tests that make up the read-outs. */
  public static RewardModel of(String preference, Pooling pooling, Calibration calibration) {
    Readout readout = new Readout(1, pooling, Optional.empty());
    return new RewardModel(
        card(preference, FINGERPRINT, readout, calibration), new RewardHead(new float[1], 0));
  }

  /** A random head that reads a backbone; its clip cuts many of the terms, not all. */
  public static RewardModel random(
      String preference, String fingerprint, Readout readout, int hiddenSize) {
    Random random = new Random(preference.hashCode());
    float[] weight = new float[hiddenSize];
    for (int i = 0; i < weight.length; i++) {
      weight[i] = (float) random.nextGaussian();
    }
    Calibration calibration = new Calibration(random.nextGaussian(), 0.5 + random.nextDouble());
    return new RewardModel(
        card(preference, fingerprint, readout, calibration), new RewardHead(weight, 0.25f));
  }

  public static RewardCard card(
      String preference, String fingerprint, Readout readout, Calibration calibration) {
    return new RewardCard(
        preference,
        "What a test says.",
        "tiny",
        fingerprint,
        Optional.empty(),
        readout,
        calibration,
        1.5,
        Optional.empty(),
        Optional.empty());
  }

  /** With a token head that gives z and ten times the only number that it reads. */
  public static RewardModel withTokenHead(RewardModel model, int vocabularySize) {
    float[] tokens = new float[vocabularySize];
    float[] offsets = new float[vocabularySize];
    for (int z = 0; z < vocabularySize; z++) {
      tokens[z] = 10;
      offsets[z] = z;
    }
    return new RewardModel(
        model.card(), model.head(), Optional.of(new TokenHead(new float[1][1], tokens, offsets)));
  }

  /** The same card for another method. */
  public static RewardCard card(RewardCard card, TrainingMethod method) {
    return card(card.preference(), card, method);
  }

  /** The same card for another method and preference. */
  public static RewardCard card(String preference, RewardCard card, TrainingMethod method) {
    return new RewardCard(
        preference,
        card.description(),
        card.backbone(),
        card.tokenizerFingerprint(),
        Optional.of(method),
        card.readout(),
        card.calibration(),
        card.defaultStrength(),
        card.tokenHead(),
        card.training());
  }

  /** The same reward model as one trained on a backbone. */
  public static RewardModel trained(RewardModel model, String backboneFingerprint) {
    TrainingRecord record =
        new TrainingRecord(
            "by hand",
            new TrainingRecord.Data("pairs.jsonl", "ab", "made up", "MIT", 12, 3, 0),
            new TrainingRecord.Selection(4, 2, 1, true, List.of()),
            Optional.empty(),
            Optional.of(new TrainingRecord.CalibrationSample(8, 96, false)),
            new TrainingRecord.Evaluation("pairs.jsonl", "ab", 4, 2, List.of(), 0.04),
            Optional.empty(),
            backboneFingerprint,
            "float32",
            0,
            "panda train-reward");
    return new RewardModel(model.card().withTraining(record), model.head());
  }

  /** The same reward model as one that judges what another guides. */
  public static RewardModel judging(RewardModel model, String guide) {
    return with(model, new TrainingRecord.Counterpart(guide, Role.JUDGE, 8, 0.9, 0.8));
  }

  /** The same reward model as one that guides what that other judges. */
  public static RewardModel guiding(RewardModel model, String judge) {
    return with(model, new TrainingRecord.Counterpart(judge, Role.GUIDE, 8, 0.9, 0.8));
  }

  private static RewardModel with(RewardModel model, TrainingRecord.Counterpart other) {
    TrainingRecord record = model.card().training().orElseThrow();
    return new RewardModel(model.card().withTraining(record.with(other)), model.head());
  }

  /** The same reward model as one whose token head was distilled on a backbone. */
  public static RewardModel distilled(RewardModel model, String backboneFingerprint) {
    TokenHeadRecord record =
        new TokenHeadRecord(
            "tiny",
            1,
            1,
            "answers.jsonl",
            "ab",
            "MIT",
            100,
            10,
            10,
            0.7,
            0.5,
            0.6,
            backboneFingerprint,
            "float32",
            0,
            "panda train-token-head");
    return new RewardModel(
        model.card().withTokenHead(model.card().preference(), record), model.head());
  }

  public static Readout readout(int layer, Pooling pooling) {
    return new Readout(layer, pooling, Optional.empty());
  }

  public static Readout clipped(int layer, Pooling pooling, double low, double high) {
    return new Readout(layer, pooling, Optional.of(new Clip(low, high)));
  }
}
