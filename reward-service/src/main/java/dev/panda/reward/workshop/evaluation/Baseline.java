package dev.panda.reward.workshop.evaluation;

/** A rule that a reward model must beat: it sees only words. */
public interface Baseline {

  /**
   * Margin of chosen over rejected at a cut; above zero if the rule prefers the chosen response.
   */
  double margin(PairTexts pair, int cut);
}
