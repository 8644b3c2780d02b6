package dev.panda.orchestrator.serving.decoding.lambda;

/**
 * The base model's distribution over the candidates, tilted by the reward: q(z) ∝ exp(log π_b(z) +
 * λ·r(z)) for z in Z (paper, Lemma 1, Eq. 3).
 *
 * @param probabilities q [k], summing to 1
 * @param kl KL(q ‖ p) in nats, p the same without the reward, λ = 0
 */
public record TiltedDistribution(double[] probabilities, double kl) {
  /**
   * Tilts by λ·r.
   *
   * @param base log π_b of the candidates, up to a number common to all of them (so logits will do)
   *     [k], k at least 1
   * @param rewards r [k], finite
   * @param lambda λ, finite
   */
  public static TiltedDistribution of(double[] base, double[] rewards, double lambda) {
    int k = base.length;
    // Rewards are taken relative to the one that λ favours most, so that no λ·r is +∞.
    double favoured = favoured(rewards, lambda);
    double[] tilted = new double[k];
    for (int i = 0; i < k; i++) {
      tilted[i] = base[i] + lambda * (rewards[i] - favoured);
    }
    double baseNorm = logSumExp(base);
    double tiltedNorm = logSumExp(tilted);
    double[] q = new double[k];
    double kl = 0;
    for (int i = 0; i < k; i++) {
      double logQ = tilted[i] - tiltedNorm;
      q[i] = Math.exp(logQ);
      kl += q[i] == 0 ? 0 : q[i] * (logQ - (base[i] - baseNorm));
    }
    return new TiltedDistribution(q, Math.max(0, kl));
  }

  private static double favoured(double[] rewards, double lambda) {
    double favoured = rewards[0];
    for (double reward : rewards) {
      favoured = lambda < 0 ? Math.min(favoured, reward) : Math.max(favoured, reward);
    }
    return favoured;
  }

  private static double logSumExp(double[] values) {
    double max = Double.NEGATIVE_INFINITY;
    for (double value : values) {
      max = Math.max(max, value);
    }
    double sum = 0;
    for (double value : values) {
      sum += Math.exp(value - max);
    }
    return max + Math.log(sum);
  }
}
