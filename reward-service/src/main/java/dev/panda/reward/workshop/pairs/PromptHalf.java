package dev.panda.reward.workshop.pairs;

/** The halves of a file's prompts. The judge never sees the guide's prompts. */
public enum PromptHalf {
  /** Prompts that the guide learns from. */
  GUIDE,
  /** Prompts that the judge learns from. */
  JUDGE
}
