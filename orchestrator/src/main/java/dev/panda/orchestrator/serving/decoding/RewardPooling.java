package dev.panda.orchestrator.serving.decoding;

/** How the terms w·h of a response's tokens become a reward. */
public enum RewardPooling {
  /** Read at the last token, the candidate. */
  LAST,
  /** The mean over the response's tokens, the candidate included. */
  MEAN,
  /** The candidate's own term of that mean. */
  INCREMENT
}
