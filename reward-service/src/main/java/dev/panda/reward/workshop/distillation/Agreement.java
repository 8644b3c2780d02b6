package dev.panda.reward.workshop.distillation;

import dev.panda.reward.workshop.evaluation.Correlation;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * How well estimates agree with the true values, over the candidates of steps.
 *
 * @param rank mean over the steps of Spearman's correlation; a step whose values are all equal
 *     counts 0
 * @param sameBest share of the steps whose best candidate by the estimates is truly a best one;
 *     among equal estimates the likeliest candidate counts
 * @param explained explained share of the variance within steps
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
      rank += Correlation.spearman(truth, estimate) / steps.size();
      sameBest += truth[best(estimate)] == truth[best(truth)] ? 1.0 / steps.size() : 0;
      for (int z = 0; z < truth.length; z++) {
        errors += (truth[z] - estimate[z]) * (truth[z] - estimate[z]);
        spread += truth[z] * truth[z];
      }
    }
    return new Agreement(rank, sameBest, spread == 0 ? 0 : 1 - errors / spread);
  }

  private static double[] centred(float[] values) {
    double mean = IntStream.range(0, values.length).mapToDouble(i -> values[i]).average().orElse(0);
    return IntStream.range(0, values.length).mapToDouble(i -> values[i] - mean).toArray();
  }

  private static int best(double[] values) {
    return IntStream.range(0, values.length).reduce(0, (a, b) -> values[b] > values[a] ? b : a);
  }
}
