package dev.panda.orchestrator.serving.decoding;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * Measures of how far a response was steered away from the base model. If λ is too strong, the
 * response is gibberish (paper, Figure 5).
 *
 * @param tokens number of tokens of the response
 * @param repetition share of its 3-grams of tokens that appeared in it before, 0 to 1
 * @param meanRank mean place of its tokens among their candidates by log-probability, from 0
 * @param meanKl mean KL over its tokens that have one, in nats; empty if none has
 * @param klTokens number of tokens that have one. Pruned steps have none, and steps that are not
 *     pruned are not typical. A KL is never negative, so the mean over all tokens is at least the
 *     sum over these divided by all
 */
public record SteeringDiagnostics(
    int tokens, double repetition, double meanRank, OptionalDouble meanKl, int klTokens) {
  /**
   * Unaligned greedy answers of a small model repeat some 0.12 of their 3-grams; loops far more.
   */
  private static final double MAX_REPETITION = 0.3;

  /** A choice that ignores the base model has mean rank (k − 1)/2; this is halfway there. */
  private static final double MAX_RANK_SHARE = 0.5;

  /** The default limit of per-lambda selection: a factor of e a token in likelihood, on average. */
  private static final double MAX_MEAN_KL = 1;

  /** Below this length a few tokens decide how much is repeated and ranked low. */
  private static final int MIN_TOKENS = 16;

  /**
   * Gives the share of a response's 3-grams that appeared in it before; 0 if it has no 3-gram.
   *
   * @param tokenIds the response's tokens
   */
  public static double repetition(int[] tokenIds) {
    int total = tokenIds.length - 2;
    if (total < 1) {
      return 0;
    }
    Set<List<Integer>> distinct = new HashSet<>();
    for (int i = 0; i < total; i++) {
      distinct.add(List.of(tokenIds[i], tokenIds[i + 1], tokenIds[i + 2]));
    }
    return 1 - (double) distinct.size() / total;
  }

  /**
   * Lists signs of too strong a λ, for people; empty if there is none.
   *
   * @param k number of candidates a step
   */
  public List<String> warnings(int k) {
    List<String> warnings = new ArrayList<>();
    if (tokens >= MIN_TOKENS) {
      warn(warnings, "repetition", repetition, MAX_REPETITION, "the response repeats itself");
      double maxRank = MAX_RANK_SHARE * (k - 1) / 2;
      warn(warnings, "mean_rank", meanRank, maxRank, "tokens that the base model finds unlikely");
    }
    if (meanKl.isPresent()) {
      warn(
          warnings,
          "mean_kl",
          meanKl.getAsDouble() * klTokens / tokens,
          MAX_MEAN_KL,
          "far from the base model, nats a token");
    }
    return warnings;
  }

  private static void warn(
      List<String> warnings, String name, double value, double limit, String meaning) {
    if (value > limit) {
      warnings.add(
          String.format(
              Locale.ROOT,
              "%s: %.2f (expected: at most %.2f): %s; lambda may be too strong",
              name,
              value,
              limit,
              meaning));
    }
  }
}
