package dev.panda.reward.serving.model;

import dev.panda.reward.serving.head.Calibration;
import dev.panda.reward.serving.head.Pooling;
import dev.panda.reward.serving.head.Readout;
import dev.panda.reward.serving.head.RewardCard;
import dev.panda.reward.serving.head.RewardHead;
import dev.panda.reward.serving.head.RewardModel;
import dev.panda.reward.serving.head.RewardModelException;
import dev.panda.reward.serving.head.RewardModelFolder;
import dev.panda.transformer.checkpoint.Checkpoint;
import dev.panda.transformer.checkpoint.HuggingFaceConfig;
import dev.panda.transformer.checkpoint.TensorInfo;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The reward model inside a checkpoint with a single score, such as {@code
 * LlamaForSequenceClassification}. It is read at the last token, after the final norm; a {@code
 * reward.json} beside the checkpoint can change that and normalise the score.
 */
final class SequenceClassifier {
  private static final String SCORE = "score.weight";
  private static final String NAMELESS = "score";

  private SequenceClassifier() {}

  /**
   * @throws RewardModelException if the score is not a single number, or the card cannot be used
   */
  static Optional<RewardModel> of(Checkpoint checkpoint, Backbone backbone) {
    TensorInfo score = checkpoint.tensors().get(SCORE);
    if (score == null) {
      return Optional.empty();
    }
    Path path = checkpoint.path();
    List<Integer> shape = List.of(1, checkpoint.config().hiddenSize());
    if (!score.shape().equals(shape)) {
      throw new RewardModelException(
          "%s: tensor %s: shape %s (expected: %s, a single score)"
              .formatted(path, SCORE, score.shape(), shape));
    }
    RewardCard card =
        RewardModelFolder.hasCard(path)
            ? RewardModelFolder.readCard(path)
            : plainCard(backbone, checkpoint.config().numHiddenLayers());
    try {
      RewardHead head = new RewardHead(checkpoint.read(SCORE), 0);
      return Optional.of(new RewardModel(card, head, Optional.empty(), padding(card, path)));
    } catch (IllegalArgumentException e) {
      throw new RewardModelException(path + ": " + SCORE + ": " + e.getMessage(), e);
    }
  }

  /** A mean includes every token; transformers passes over padding only at the end. */
  private static OptionalInt padding(RewardCard card, Path folder) {
    return card.readout().pooling() == Pooling.LAST
        ? HuggingFaceConfig.padding(folder)
        : OptionalInt.empty();
  }

  /**
   * Says that a checkpoint should have a head and has none; empty if it need not have one.
   *
   * @return the message, with the tensors that may be the head under another name
   */
  static Optional<String> missing(Checkpoint checkpoint) {
    String architecture = checkpoint.config().architecture();
    if (!architecture.endsWith("ForSequenceClassification")
        || checkpoint.tensors().containsKey(SCORE)) {
      return Optional.empty();
    }
    List<String> others =
        checkpoint.tensors().keySet().stream().filter(name -> !name.startsWith("model.")).toList();
    return Optional.of(
        "%s: tensor %s: missing (expected: the head of %s, shape [1, %d]%s)"
            .formatted(
                checkpoint.path(),
                SCORE,
                architecture,
                checkpoint.config().hiddenSize(),
                others.isEmpty() ? "" : "; there are " + others));
  }

  private static RewardCard plainCard(Backbone backbone, int layers) {
    return new RewardCard(
        preference(backbone.id()),
        "Responses that " + backbone.id() + " scores high.",
        backbone.id(),
        backbone.tokenizerFingerprint(),
        Optional.empty(),
        new Readout(layers, Pooling.LAST, Optional.empty()),
        Calibration.NONE,
        1,
        Optional.empty(),
        Optional.empty());
  }

  /** Converts a checkpoint's name to a preference's name, which begins with a letter or digit. */
  private static String preference(String id) {
    String name =
        id.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9._-]", "-").replaceFirst("^[._-]+", "");
    return name.isEmpty()
        ? NAMELESS
        : name.substring(0, Math.min(name.length(), RewardCard.LONGEST_PREFERENCE));
  }
}
