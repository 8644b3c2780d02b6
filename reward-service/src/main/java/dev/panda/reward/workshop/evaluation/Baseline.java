package dev.panda.reward.workshop.evaluation;

/** What a reward model must beat: a rule that sees words alone. */
public interface Baseline {

  /** Margin of chosen over rejected at a cut; above zero where it prefers the chosen one. */
  double margin(PairTexts pair, int cut);
}
