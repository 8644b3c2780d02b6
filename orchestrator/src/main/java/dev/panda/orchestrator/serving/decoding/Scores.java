package dev.panda.orchestrator.serving.decoding;

/** The score of a pair of candidate and λ: s(z, λ) = base score(z) + λ·r(z). */
final class Scores {
  private Scores() {}

  /**
   * One score.
   *
   * @throws DecodingException if it is not a finite number
   */
  static double of(Step step, double baseScore, double lambda, double reward) {
    double score = baseScore + lambda * reward;
    if (!Double.isFinite(score)) {
      throw new DecodingException(
          DecodingException.Reason.SCORE_NOT_FINITE,
          "step "
              + step.t()
              + ": score: "
              + baseScore
              + " + "
              + lambda
              + " * "
              + reward
              + " (expected: a finite number)");
    }
    return score;
  }
}
