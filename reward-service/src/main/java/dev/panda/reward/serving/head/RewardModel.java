package dev.panda.reward.serving.head;

import java.util.Arrays;
import java.util.Optional;

/**
 * A preference as a function of hidden states: how it is read, and the head that reads it.
 *
 * @param tokenHead estimates what the head would read at candidates; without it each is read
 */
public record RewardModel(RewardCard card, RewardHead head, Optional<TokenHead> tokenHead) {

  /** One whose candidates are read. */
  public RewardModel(RewardCard card, RewardHead head) {
    this(card, head, Optional.empty());
  }

  /**
   * Whether it gives responses the same raw rewards, as a token head does that was distilled from
   * the other.
   */
  public boolean rewardsLike(RewardModel other) {
    return card.readout().equals(other.card.readout())
        && Arrays.equals(head.weight(), other.head.weight())
        && head.bias() == other.head.bias();
  }
}
