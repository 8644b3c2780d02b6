package dev.panda.transformer.reward.loading;

import dev.panda.transformer.checkpoint.CheckpointException;
import dev.panda.transformer.reward.RewardCard;
import dev.panda.transformer.reward.RewardModel;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Checks whether reward models were trained on the same weights as the loaded backbone. Other
 * weights, such as another quantisation of the same model, are usable, but the card's figures may
 * not hold for them.
 */
public final class BackboneCheck {
  /** Number of characters that let people tell two fingerprints apart. */
  private static final int SHOWN = 12;

  private BackboneCheck() {}

  /**
   * Compares the fingerprints on the cards with the checkpoint's. If any card has a fingerprint,
   * this reads the whole checkpoint.
   *
   * @param notices receives a line for each reward model that differs, or the reason why the
   *     comparison failed
   */
  public static void compare(Path checkpoint, List<RewardModel> models, Consumer<String> notices) {
    List<Made> all = models.stream().map(RewardModel::card).flatMap(BackboneCheck::made).toList();
    if (all.isEmpty()) {
      return;
    }
    try {
      String found = Fingerprint.ofCheckpoint(checkpoint);
      all.stream()
          .filter(made -> !made.fingerprint.equals(found))
          .forEach(made -> notices.accept(made.difference(found)));
    } catch (CheckpointException | UncheckedIOException e) {
      notices.accept("backbone_fingerprint: not compared with the cards: " + e.getMessage());
    }
  }

  private static Stream<Made> made(RewardCard card) {
    return Stream.concat(
        card.training().stream()
            .map(training -> new Made(card, "trained", training.backboneFingerprint())),
        card.tokenHead().stream()
            .map(head -> new Made(card, "distilled", head.backboneFingerprint())));
  }

  /**
   * The weights that a reward model was made on, and how it was made: trained, or distilled to a
   * token head.
   */
  private record Made(RewardCard card, String how, String fingerprint) {
    String difference(String found) {
      return ("preference %s: backbone_fingerprint: %s (expected: %s, as on its card): %s on other weights"
              + " named %s, such as another quantisation or file format; the figures on its card may not hold"
              + " (make it again, or fetch the checkpoint that its card names)")
          .formatted(
              card.preference(), shortened(found), shortened(fingerprint), how, card.backbone());
    }
  }

  private static String shortened(String fingerprint) {
    return fingerprint.substring(0, Math.min(SHOWN, fingerprint.length())) + "…";
  }
}
