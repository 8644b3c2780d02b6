package dev.panda.orchestrator.serving.decoding;

import dev.panda.orchestrator.serving.decoding.lambda.TiltedDistribution;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * The token chosen at a step.
 *
 * @param candidate its index in Z
 * @param lambdaIndex index in Λ of the function that won; empty if the policy uses none
 * @param lambda value of that function
 * @param reward r of the token; empty if it was not scored
 * @param score base score + λ·r; empty if the token was not scored
 * @param kl KL(softmax(log π_b + λ·r) ‖ softmax(log π_b)) over Z in nats; empty unless all
 *     candidates were scored
 */
public record Choice(
    int candidate,
    OptionalInt lambdaIndex,
    OptionalDouble lambda,
    OptionalDouble reward,
    OptionalDouble score,
    OptionalDouble kl) {
  /** A candidate chosen without a reward: an unaligned one, or the only one that could win. */
  public static Choice unscored(int candidate) {
    return new Choice(
        candidate,
        OptionalInt.empty(),
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        OptionalDouble.empty());
  }

  /**
   * @param winner index among the scored candidates
   * @param lambda value of the function that won
   */
  static Choice scored(
      Step step, Rewards rewards, int winner, int lambdaIndex, double lambda, double score) {
    OptionalDouble kl = OptionalDouble.empty();
    if (rewards.coverAll(step.candidates())) {
      double[] base = step.candidates().logProbabilities();
      kl = OptionalDouble.of(TiltedDistribution.of(base, rewards.values(), lambda).kl());
    }
    return new Choice(
        rewards.candidates()[winner],
        OptionalInt.of(lambdaIndex),
        OptionalDouble.of(lambda),
        OptionalDouble.of(rewards.values()[winner]),
        OptionalDouble.of(score),
        kl);
  }
}
