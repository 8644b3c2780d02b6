package dev.panda.reward.workshop.pairs;

/** Halves of the prompts of a file: what judges has seen none of what guides. */
public enum PromptHalf {
  /** Prompts that the reward model learns from that guides. */
  GUIDE,
  /** Prompts that the reward model learns from that judges. */
  JUDGE
}
