package dev.panda.transformer.reward;

import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A preference as a function of hidden states: a card that defines the readout, and the head.
 *
 * @param tokenHead estimates the head's projections of candidates; without it the backbone reads
 *     each candidate
 * @param padding the token that a reading at the last token passes over, if there is one
 */
public record RewardModel(
    RewardCard card, RewardHead head, Optional<TokenHead> tokenHead, OptionalInt padding) {

  /** Creates a model that passes over no token. */
  public RewardModel(RewardCard card, RewardHead head, Optional<TokenHead> tokenHead) {
    this(card, head, tokenHead, OptionalInt.empty());
  }

  /** Creates a model without a token head. */
  public RewardModel(RewardCard card, RewardHead head) {
    this(card, head, Optional.empty());
  }

  /**
   * Whether both models give responses the same raw rewards, as a model and its distilled token
   * head do.
   */
  public boolean rewardsLike(RewardModel other) {
    return card.readout().equals(other.card.readout())
        && Arrays.equals(head.weight(), other.head.weight())
        && head.bias() == other.head.bias()
        && padding.equals(other.padding);
  }
}
