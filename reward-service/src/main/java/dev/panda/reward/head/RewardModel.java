package dev.panda.reward.head;

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
}
