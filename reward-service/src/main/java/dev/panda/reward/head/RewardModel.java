package dev.panda.reward.head;

/** A preference as a function of hidden states: how it is read, and the head that reads it. */
public record RewardModel(RewardCard card, RewardHead head) {}
