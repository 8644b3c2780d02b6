package dev.panda.reward.workshop.features;

import dev.panda.reward.workshop.pairs.Cuts;
import dev.panda.transformer.decoder.Numerics;
import dev.panda.transformer.reward.RewardModel;
import dev.panda.transformer.workshop.training.Hashes;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.List;
import java.util.stream.Collectors;

/** Opens disk caches of a reward model's raw rewards for responses at each cut. */
public final class RewardCache {
  private RewardCache() {}

  /**
   * Opens or creates the cache of a reward model; the caller closes it.
   *
   * @param root folder of caches
   * @param backbone fingerprint of the checkpoint
   */
  public static FeatureCache open(
      Path root, RewardModel model, String backbone, Numerics numerics) {
    String description =
        """
        Raw rewards of responses, written by train-reward and reward-report; may be deleted at any time.
        format: 2
        backbone: %s
        numerics: %s
        readout: %s
        head: %s
        cuts: %s percent
        """
            .formatted(backbone, numerics, readout(model), head(model), Cuts.PERCENTS);
    return FeatureCache.open(root, "rewards", description, Cuts.PERCENTS.size());
  }

  /**
   * Opens or creates the cache of the rewards of several models [model × end]; the caller closes
   * it.
   *
   * @param root folder of caches
   * @param backbone fingerprint of the checkpoint
   */
  public static FeatureCache open(
      Path root, List<RewardModel> models, String backbone, Numerics numerics) {
    String description =
        """
        Raw rewards of held-out responses by fitted heads, written by train-reward; may be deleted at any time.
        format: 1
        backbone: %s
        numerics: %s
        cuts: %s percent
        heads:
        %s
        """
            .formatted(
                backbone,
                numerics,
                Cuts.PERCENTS,
                models.stream()
                    .map(model -> readout(model) + " " + head(model))
                    .collect(Collectors.joining("\n")));
    return FeatureCache.open(root, "heads", description, models.size() * Cuts.PERCENTS.size());
  }

  private static String readout(RewardModel model) {
    return model.card().readout() + (model.padding().isPresent() ? " " + model.padding() : "");
  }

  /** A hash of a model's head. */
  private static String head(RewardModel model) {
    MessageDigest head = Hashes.sha256();
    ByteBuffer number = ByteBuffer.allocate(Float.BYTES);
    for (float weight : model.head().weight()) {
      head.update(number.putFloat(0, weight).array());
    }
    head.update(number.putFloat(0, model.head().bias()).array());
    return Hashes.hex(head.digest());
  }
}
