package dev.panda.reward.head;

import java.util.Arrays;
import java.util.List;

/**
 * The rewards of one response as it grows, by P preferences. Rewards of C candidates are flattened,
 * [candidate × preference], the preference varying fastest.
 *
 * <p>Not safe for use by several threads.
 */
public final class ResponseRewards {
  private final RewardTrace[] traces;
  private final int[] projections;
  private final RewardUnit unit;

  /**
   * @param models all that share the backbone; model i reads projection i
   * @param projections which of them are asked for, in the order of the answers [P]
   */
  public ResponseRewards(List<RewardModel> models, int[] projections, RewardUnit unit) {
    this.projections = projections;
    this.unit = unit;
    this.traces =
        Arrays.stream(projections)
            .mapToObj(i -> new RewardTrace(models.get(i)))
            .toArray(RewardTrace[]::new);
  }

  /**
   * Appends a token.
   *
   * @param readouts w · h of the token for each projection of the backbone
   * @throws RewardException if a term is not a finite number
   */
  public void accept(float[] readouts) {
    for (int p = 0; p < traces.length; p++) {
      traces[p].accept(readouts[projections[p]]);
    }
  }

  /**
   * Rewards of the response followed by each candidate [candidate × preference].
   *
   * @param readouts w · h of the candidates [candidate × projection of the backbone]
   * @throws RewardException if one is not a finite number
   */
  public double[] score(float[][] readouts) {
    double[] rewards = new double[readouts.length * traces.length];
    for (int z = 0; z < readouts.length; z++) {
      for (int p = 0; p < traces.length; p++) {
        double raw = traces[p].raw(readouts[z][projections[p]]);
        rewards[z * traces.length + p] = traces[p].in(unit, raw);
      }
    }
    return rewards;
  }

  /** Rewards of the response as it is [P]. */
  public double[] whole() {
    return Arrays.stream(traces).mapToDouble(trace -> trace.in(unit, trace.raw())).toArray();
  }

  /** For each preference the sum of its accepted tokens' terms, raw [P]. */
  public double[] runningSums() {
    return Arrays.stream(traces).mapToDouble(RewardTrace::runningSum).toArray();
  }
}
