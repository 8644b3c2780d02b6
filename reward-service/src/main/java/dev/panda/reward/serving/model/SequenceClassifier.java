package dev.panda.reward.serving.model;

import dev.panda.transformer.checkpoint.Checkpoint;
import dev.panda.transformer.checkpoint.SequenceClassification;
import dev.panda.transformer.reward.Calibration;
import dev.panda.transformer.reward.Pooling;
import dev.panda.transformer.reward.Readout;
import dev.panda.transformer.reward.RewardCard;
import dev.panda.transformer.reward.RewardHead;
import dev.panda.transformer.reward.RewardModel;
import dev.panda.transformer.reward.RewardModelException;
import dev.panda.transformer.reward.RewardModelFolder;
import dev.panda.transformer.reward.loading.Backbone;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The reward model inside a checkpoint whose head scores whole texts, such as {@code
 * LlamaForSequenceClassification}. The reward is the score of one label, the raw logit, read at the
 * last token after the final norm; a {@code reward.json} beside the checkpoint can change that and
 * normalise the score.
 *
 * @param label name of the label; empty if the head has only one
 */
record SequenceClassifier(Checkpoint checkpoint, Optional<String> label) {
  private static final String SCORE = SequenceClassification.SCORE;
  private static final String NAMELESS = "score";

  /**
   * Reads the reward model; empty if there is none, for the {@link #reason}.
   *
   * @throws RewardModelException if the head or the card cannot be used
   */
  Optional<RewardModel> read(Backbone backbone) {
    if (reason().isPresent() || !checkpoint.tensors().containsKey(SCORE)) {
      return Optional.empty();
    }
    Path path = checkpoint.path();
    RewardCard card =
        RewardModelFolder.hasCard(path) ? RewardModelFolder.readCard(path) : plainCard(backbone);
    try {
      RewardHead head = new RewardHead(row(), 0);
      return Optional.of(new RewardModel(card, head, Optional.empty(), padding(card)));
    } catch (IllegalArgumentException e) {
      throw new RewardModelException(path + ": " + SCORE + ": " + e.getMessage(), e);
    }
  }

  /**
   * The reason why a checkpoint that should have a reward model gives none: the head is missing, or
   * none of several labels is chosen. Empty if it gives one or need not have one.
   *
   * @throws RewardModelException if there is no such label, or the head has another shape
   */
  Optional<String> reason() {
    String architecture = checkpoint.config().architecture();
    if (!checkpoint.tensors().containsKey(SCORE)) {
      return SequenceClassification.isOne(architecture)
          ? Optional.of(missingHead(architecture))
          : Optional.empty();
    }
    List<String> labels = labels();
    if (label.isEmpty()) {
      return labels.size() == 1
          ? Optional.empty()
          : Optional.of(
              "%s: label: none chosen (expected: one of %s, with panda.reward.label or --label; its raw score is"
                      .formatted(checkpoint.path(), labels)
                  + " the reward)");
    }
    if (Collections.frequency(labels, label.get()) != 1) {
      throw new RewardModelException(
          "%s: label: %s (expected: one of %s, which the model has once)"
              .formatted(checkpoint.path(), label.get(), labels));
    }
    return Optional.empty();
  }

  private List<String> labels() {
    List<Integer> shape = checkpoint.tensors().get(SCORE).shape();
    int hidden = checkpoint.config().hiddenSize();
    if (shape.size() != 2 || shape.get(0) < 1 || shape.get(1) != hidden) {
      throw new RewardModelException(
          "%s: tensor %s: shape %s (expected: [labels, %d])"
              .formatted(checkpoint.path(), SCORE, shape, hidden));
    }
    return SequenceClassification.labels(checkpoint.path(), shape.get(0));
  }

  /** The head's weights for the label. */
  private float[] row() {
    int row = label.map(labels()::indexOf).orElse(0);
    int hidden = checkpoint.config().hiddenSize();
    return Arrays.copyOfRange(checkpoint.read(SCORE), row * hidden, (row + 1) * hidden);
  }

  /** A mean includes every token; transformers passes over padding only at the end. */
  private OptionalInt padding(RewardCard card) {
    return card.readout().pooling() == Pooling.LAST
        ? SequenceClassification.padding(checkpoint.path())
        : OptionalInt.empty();
  }

  private String missingHead(String architecture) {
    List<String> others =
        checkpoint.tensors().keySet().stream().filter(name -> !name.startsWith("model.")).toList();
    return "%s: tensor %s: missing (expected: the head of %s, shape [labels, %d]%s)"
        .formatted(
            checkpoint.path(),
            SCORE,
            architecture,
            checkpoint.config().hiddenSize(),
            others.isEmpty() ? "" : "; there are " + others);
  }

  private RewardCard plainCard(Backbone backbone) {
    String id = backbone.id();
    boolean several = labels().size() > 1;
    return new RewardCard(
        preference(several ? id + "-" + label.orElseThrow() : id),
        "Responses that %s scores high%s."
            .formatted(id, several ? " for the label " + label.orElseThrow() : ""),
        id,
        backbone.tokenizerFingerprint(),
        Optional.empty(),
        new Readout(checkpoint.config().numHiddenLayers(), Pooling.LAST, Optional.empty()),
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
