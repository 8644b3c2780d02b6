package dev.panda.reward.workshop.features;

import dev.panda.reward.serving.head.RewardModel;
import dev.panda.reward.workshop.pairs.Cuts;
import dev.panda.transformer.decoder.Numerics;
import dev.panda.transformer.workshop.training.Hashes;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;

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
    MessageDigest head = Hashes.sha256();
    ByteBuffer number = ByteBuffer.allocate(Float.BYTES);
    for (float weight : model.head().weight()) {
      head.update(number.putFloat(0, weight).array());
    }
    head.update(number.putFloat(0, model.head().bias()).array());
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
            .formatted(
                backbone,
                numerics,
                model.card().readout() + (model.padding().isPresent() ? " " + model.padding() : ""),
                Hashes.hex(head.digest()),
                Cuts.PERCENTS);
    return FeatureCache.open(root, "rewards", description, Cuts.PERCENTS.size());
  }
}
