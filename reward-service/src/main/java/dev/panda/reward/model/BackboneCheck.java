package dev.panda.reward.model;

import dev.panda.reward.head.RewardCard;
import dev.panda.reward.head.RewardModel;
import dev.panda.transformer.checkpoint.CheckpointException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/**
 * Whether reward models were trained on the weights of the backbone that they are read with.
 * Others, such as another quantisation of the same model, are usable, but the card was not written
 * for them.
 */
public final class BackboneCheck {
  /** Enough to tell two fingerprints apart, for people. */
  private static final int SHOWN = 12;

  private BackboneCheck() {}

  /**
   * Compares the fingerprints on the cards with the checkpoint's, all of which is read where a card
   * has one.
   *
   * @param notices told of each reward model that differs, or why they could not be compared
   */
  public static void compare(Path checkpoint, List<RewardModel> models, Consumer<String> notices) {
    List<RewardCard> trained =
        models.stream().map(RewardModel::card).filter(c -> c.training().isPresent()).toList();
    if (trained.isEmpty()) {
      return;
    }
    try {
      String found = Fingerprint.ofCheckpoint(checkpoint);
      trained.stream()
          .filter(card -> !fingerprint(card).equals(found))
          .forEach(card -> notices.accept(difference(card, found)));
    } catch (CheckpointException | UncheckedIOException e) {
      notices.accept("backbone_fingerprint: not compared with the cards: " + e.getMessage());
    }
  }

  private static String fingerprint(RewardCard card) {
    return card.training().orElseThrow().backboneFingerprint();
  }

  private static String difference(RewardCard card, String found) {
    return ("preference %s: backbone_fingerprint: %s (expected: %s, as its card says): trained on other weights of"
            + " the name %s, such as another quantisation or file format; the accuracies on its card may not hold"
            + " (retrain it, or fetch the checkpoint that its card names)")
        .formatted(
            card.preference(), shortened(found), shortened(fingerprint(card)), card.backbone());
  }

  private static String shortened(String fingerprint) {
    return fingerprint.substring(0, Math.min(SHOWN, fingerprint.length())) + "…";
  }
}
