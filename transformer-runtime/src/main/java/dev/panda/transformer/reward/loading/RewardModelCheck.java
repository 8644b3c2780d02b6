package dev.panda.transformer.reward.loading;

import dev.panda.transformer.checkpoint.ModelConfig;
import dev.panda.transformer.reward.RewardCard;
import dev.panda.transformer.reward.RewardModel;
import dev.panda.transformer.reward.RewardModelException;
import dev.panda.transformer.reward.TokenHead;
import java.util.Collection;

/** Checks whether a reward model fits the backbone. */
public final class RewardModelCheck {
  private RewardModelCheck() {}

  /**
   * Checks tokenizer, shapes and layers.
   *
   * @param source folder or file of the reward model, for the message
   * @throws RewardModelException if the tokenizer, the hidden size or the layer does not fit
   */
  public static void requireFits(
      Object source, RewardModel model, Backbone backbone, ModelConfig decoder) {
    RewardCard card = model.card();
    require(
        card.tokenizerFingerprint().equals(backbone.tokenizerFingerprint()),
        source,
        "tokenizer_fingerprint: " + card.tokenizerFingerprint(),
        "%s, as for the backbone %s".formatted(backbone.tokenizerFingerprint(), backbone.id()));
    require(
        model.head().weight().length == decoder.hiddenSize(),
        source,
        "weight: " + model.head().weight().length + " numbers",
        decoder.hiddenSize() + ", the backbone's hidden size");
    require(
        card.readout().layer() <= decoder.numHiddenLayers(),
        source,
        "layer: " + card.readout().layer(),
        "1 to %d, the backbone's layers".formatted(decoder.numHiddenLayers()));
    model.tokenHead().ifPresent(head -> requireFits(source, card, head, decoder));
  }

  private static void requireFits(
      Object source, RewardCard card, TokenHead head, ModelConfig decoder) {
    int layer = card.tokenHead().orElseThrow().layer();
    require(
        layer <= decoder.numHiddenLayers(),
        source,
        "token_head.layer: " + layer,
        "1 to %d, the backbone's layers".formatted(decoder.numHiddenLayers()));
    require(
        head.states()[0].length == decoder.hiddenSize(),
        source,
        "states: " + head.states()[0].length + " numbers",
        decoder.hiddenSize() + ", the backbone's hidden size");
    require(
        head.vocabularySize() == decoder.vocabSize(),
        source,
        "tokens: " + head.vocabularySize(),
        decoder.vocabSize() + ", the backbone's vocabulary size");
  }

  /**
   * Checks requested layers.
   *
   * @param depth number of the backbone's layers
   * @throws IllegalArgumentException if the backbone lacks a layer
   */
  public static void requireLayers(Collection<Integer> layers, int depth) {
    for (int layer : layers) {
      if (layer < 1 || layer > depth) {
        throw new IllegalArgumentException(
            "layers: %d (expected: 1 to %d, the backbone's)".formatted(layer, depth));
      }
    }
  }

  private static void require(boolean fits, Object source, String found, String expected) {
    if (!fits) {
      throw new RewardModelException(source + ": " + found + " (expected: " + expected + ")");
    }
  }
}
