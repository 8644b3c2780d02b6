package dev.panda.orchestrator.testing;

import dev.panda.api.generation.v1.LambdaFunction;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Algorithm 1 of the paper in plain loops: every candidate of every step is scored from its whole
 * text, nothing is kept from one step to the next, nothing is pruned.
 *
 * @param rewards r_j, with their weights w_j
 * @param probability whether line 6 is taken to the letter, π_b in the place of log π_b
 */
public record PlainPanda(
    PlainDecoder base,
    List<PlainReward.Reader> rewards,
    double[] weights,
    List<LambdaFunction> lambdas,
    boolean probability,
    int k,
    int maxTokens,
    Set<Integer> endTokens) {
  /** Two scores that are closer may come out in another order in float32. */
  private static final double CLOSE = 1e-4;

  /**
   * A response.
   *
   * @param decided whether no step had two best scores, or a cut of the top k, too close to call;
   *     else the tokens end before that step
   */
  public record Answer(int[] tokens, boolean decided) {}

  /** Decodes a response. */
  public Answer decode(int[] prompt) {
    List<Integer> response = new ArrayList<>();
    for (int t = 0; t < maxTokens; t++) {
      int[] prefix = concat(prompt, response);
      double[] logProbabilities = logSoftmax(base.logits(prefix));
      int[] order =
          IntStream.range(0, logProbabilities.length)
              .boxed()
              .sorted((a, b) -> compare(logProbabilities, a, b))
              .mapToInt(Integer::intValue)
              .toArray();
      if (logProbabilities[order[k - 1]] - logProbabilities[order[k]] < CLOSE) {
        return new Answer(array(response), false);
      }
      int[] z = Arrays.copyOf(order, k);
      double[] logP = Arrays.stream(z).mapToDouble(i -> logProbabilities[i]).toArray();
      double[] r = Arrays.stream(z).mapToDouble(i -> reward(prompt, response, i)).toArray();
      double[] best = new double[k];
      for (int i = 0; i < k; i++) {
        best[i] = Double.NEGATIVE_INFINITY;
        for (LambdaFunction lambda : lambdas) {
          double strength = lambda(lambda, t, logP, r, logProbabilities);
          double score = (probability ? Math.exp(logP[i]) : logP[i]) + strength * r[i];
          best[i] = Math.max(best[i], score);
        }
      }
      int winner = IntStream.range(0, k).reduce((a, b) -> best[b] > best[a] ? b : a).orElseThrow();
      for (int i = 0; i < k; i++) {
        if (i != winner && best[winner] - best[i] < CLOSE) {
          return new Answer(array(response), false);
        }
      }
      response.add(z[winner]);
      if (endTokens.contains(z[winner])) {
        break;
      }
    }
    return new Answer(array(response), true);
  }

  private double reward(int[] prompt, List<Integer> response, int candidate) {
    List<Integer> continued = new ArrayList<>(response);
    continued.add(candidate);
    int[] tokens = concat(prompt, continued);
    double sum = 0;
    for (int j = 0; j < weights.length; j++) {
      sum += weights[j] * rewards.get(j).of(tokens, prompt.length);
    }
    return sum;
  }

  private double lambda(
      LambdaFunction lambda, int t, double[] logP, double[] r, double[] logProbabilities) {
    return switch (lambda.getKindCase()) {
      case CONSTANT -> lambda.getConstant().getStrength();
      case LINEAR -> lambda.getLinear().getStrength() * (1 + lambda.getLinear().getSlope() * t);
      case EXPONENTIAL ->
          lambda.getExponential().getStrength()
              * Math.exp(-t / lambda.getExponential().getTimeConstant());
      case COSINE -> {
        double steps = lambda.getCosine().hasSteps() ? lambda.getCosine().getSteps() : maxTokens;
        yield lambda.getCosine().getStrength()
            * (1 + Math.cos(Math.PI * Math.min(t / steps, 1)))
            / 2;
      }
      case WARM_UP ->
          lambda.getWarmUp().getStrength() * Math.min(1, (t + 1.0) / lambda.getWarmUp().getSteps());
      case ENTROPY -> {
        double entropy = -Arrays.stream(logProbabilities).map(l -> Math.exp(l) * l).sum();
        yield lambda.getEntropy().getStrength() * entropy / Math.log(logProbabilities.length);
      }
      case KL_BUDGET ->
          klBudget(
              lambda.getKlBudget().getBudget(), lambda.getKlBudget().getMaxStrength(), logP, r);
      case KIND_NOT_SET -> throw new IllegalArgumentException("no function");
    };
  }

  private static double klBudget(double budget, double most, double[] logP, double[] r) {
    if (Arrays.stream(r).allMatch(reward -> reward == r[0])) {
      return 0;
    }
    double low = 0;
    double high = most;
    if (kl(logP, r, most) <= budget) {
      return most;
    }
    for (int i = 0; i < 100; i++) {
      double middle = (low + high) / 2;
      if (kl(logP, r, middle) <= budget) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private static double kl(double[] logP, double[] r, double lambda) {
    double[] p = logSoftmax(logP);
    double[] tilted = new double[p.length];
    for (int i = 0; i < p.length; i++) {
      tilted[i] = p[i] + lambda * r[i];
    }
    double[] q = logSoftmax(tilted);
    double kl = 0;
    for (int i = 0; i < p.length; i++) {
      kl += Math.exp(q[i]) * (q[i] - p[i]);
    }
    return kl;
  }

  private static double[] logSoftmax(double[] x) {
    double max = Arrays.stream(x).max().orElseThrow();
    double total = max + Math.log(Arrays.stream(x).map(v -> Math.exp(v - max)).sum());
    return Arrays.stream(x).map(v -> v - total).toArray();
  }

  private static int compare(double[] logProbabilities, int a, int b) {
    int byProbability = Double.compare(logProbabilities[b], logProbabilities[a]);
    return byProbability == 0 ? Integer.compare(a, b) : byProbability;
  }

  private static int[] concat(int[] prompt, List<Integer> response) {
    return IntStream.concat(Arrays.stream(prompt), response.stream().mapToInt(Integer::intValue))
        .toArray();
  }

  private static int[] array(List<Integer> list) {
    return list.stream().mapToInt(Integer::intValue).toArray();
  }
}
