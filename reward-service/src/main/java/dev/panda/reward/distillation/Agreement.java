package dev.panda.reward.distillation;

import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * How well estimates agree with what they stand for, over the candidates of steps.
 *
 * @param rank mean over the steps of Spearman's correlation; a step without differences counts 0
 * @param sameBest share of the steps of which the same candidate is best
 * @param explained share of the variance within steps
 */
record Agreement(double rank, double sameBest, double explained) {

  /**
   * @param estimates of a step's candidates [K]
   */
  static Agreement of(List<CandidateStep> steps, Function<CandidateStep, float[]> estimates) {
    double rank = 0;
    double sameBest = 0;
    double errors = 0;
    double spread = 0;
    for (CandidateStep step : steps) {
      double[] truth = centred(step.projections());
      double[] estimate = centred(estimates.apply(step));
      rank += correlation(ranks(truth), ranks(estimate)) / steps.size();
      sameBest += best(truth) == best(estimate) ? 1.0 / steps.size() : 0;
      for (int z = 0; z < truth.length; z++) {
        errors += (truth[z] - estimate[z]) * (truth[z] - estimate[z]);
        spread += truth[z] * truth[z];
      }
    }
    return new Agreement(rank, sameBest, 1 - errors / spread);
  }

  private static double[] centred(float[] values) {
    double mean = IntStream.range(0, values.length).mapToDouble(i -> values[i]).average().orElse(0);
    return IntStream.range(0, values.length).mapToDouble(i -> values[i] - mean).toArray();
  }

  /** Ranks around their mean; equal values share theirs. */
  private static double[] ranks(double[] values) {
    return Arrays.stream(values)
        .map(value -> Arrays.stream(values).map(other -> Math.signum(value - other)).sum() / 2)
        .toArray();
  }

  private static double correlation(double[] x, double[] y) {
    double xy = 0;
    double xx = 0;
    double yy = 0;
    for (int i = 0; i < x.length; i++) {
      xy += x[i] * y[i];
      xx += x[i] * x[i];
      yy += y[i] * y[i];
    }
    return xx == 0 || yy == 0 ? 0 : xy / Math.sqrt(xx * yy);
  }

  private static int best(double[] values) {
    return IntStream.range(0, values.length).reduce(0, (a, b) -> values[b] > values[a] ? b : a);
  }
}
