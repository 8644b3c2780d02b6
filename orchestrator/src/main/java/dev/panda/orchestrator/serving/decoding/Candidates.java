package dev.panda.orchestrator.serving.decoding;

import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Z, the k likeliest next tokens under the base model (paper, Algorithm 1, line 5). No choice
 * depends on their order.
 *
 * @param ids token ids, all different [k], k at least 1
 * @param logProbabilities log π_b, natural logarithms over the whole vocabulary [k]
 * @param logits [k], or empty if the request does not need them
 * @param entropy of π_b over the whole vocabulary, in nats
 * @param vocabularySize |V|
 */
public record Candidates(
    int[] ids, double[] logProbabilities, double[] logits, double entropy, int vocabularySize) {
  public Candidates {
    if (ids.length == 0) {
      throw new IllegalArgumentException("ids: none (expected: at least one candidate)");
    }
    requireLength("log_probabilities", logProbabilities.length, ids.length);
    if (logits.length > 0) {
      requireLength("logits", logits.length, ids.length);
    }
  }

  /** k. */
  public int size() {
    return ids.length;
  }

  /** Gives the place of a candidate by descending log-probability, then ascending id, from 0. */
  public int rank(int candidate) {
    int rank = 0;
    for (int other = 0; other < size(); other++) {
      if (byLikelihood().compare(other, candidate) < 0) {
        rank++;
      }
    }
    return rank;
  }

  /** Gives the indices of the candidates by descending log-probability, then ascending id [k]. */
  int[] likeliestFirst() {
    return all().boxed().sorted(byLikelihood()).mapToInt(Integer::intValue).toArray();
  }

  /** Gives the indices of all candidates, in their order [k]. */
  public IntStream all() {
    return IntStream.range(0, size());
  }

  private Comparator<Integer> byLikelihood() {
    return Comparator.<Integer>comparingDouble(i -> -logProbabilities[i])
        .thenComparingInt(i -> ids[i]);
  }

  private static void requireLength(String name, int length, int expected) {
    if (length != expected) {
      throw new IllegalArgumentException(
          name + ": " + length + " values (expected: one for each of " + expected + " candidates)");
    }
  }
}
