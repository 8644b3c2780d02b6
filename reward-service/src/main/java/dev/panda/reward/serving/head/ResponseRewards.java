package dev.panda.reward.serving.head;

import java.util.Arrays;
import java.util.List;

/**
 * The rewards of one response as it grows, by P preferences. Rewards of C candidates are flattened,
 * [candidate × preference], the preference varying fastest.
 *
 * <p>Not safe for use by several threads.
 */
public final class ResponseRewards {
  private final List<RewardModel> models;
  private final ReadoutColumns columns;
  private final int[] preferences;
  private final RewardTrace[] traces;
  private final ScoreUnit unit;
  private float[] before;

  /**
   * @param models all that share the backbone
   * @param preferences which of them are asked for, in the order of the answers [P]
   */
  public ResponseRewards(List<RewardModel> models, int[] preferences, ScoreUnit unit) {
    this.models = models;
    this.columns = new ReadoutColumns(models);
    this.preferences = preferences;
    this.unit = unit;
    this.traces =
        Arrays.stream(preferences)
            .mapToObj(i -> new RewardTrace(models.get(i)))
            .toArray(RewardTrace[]::new);
  }

  /** Whether any preference reads candidates; where none does, they need no read-outs. */
  public boolean readsCandidates() {
    return Arrays.stream(preferences).anyMatch(i -> models.get(i).tokenHead().isEmpty());
  }

  /**
   * Begins behind a prompt.
   *
   * @param readouts of its last token [column of {@link ReadoutColumns}]
   */
  public void begin(float[] readouts) {
    before = readouts;
  }

  /**
   * Appends a token.
   *
   * @param readouts of the token [column of {@link ReadoutColumns}]
   * @throws RewardException if a term is not a finite number
   */
  public void accept(float[] readouts) {
    before = readouts;
    for (int p = 0; p < traces.length; p++) {
      traces[p].accept(readouts[columns.head(preferences[p])]);
    }
  }

  /**
   * Rewards of the response followed by each candidate [candidate × preference].
   *
   * @param candidates token ids
   * @param readouts of the candidates [candidate × column]; none where {@link #readsCandidates} is
   *     false
   * @throws RewardException if one is not a finite number
   */
  public double[] score(int[] candidates, float[][] readouts) {
    double[] rewards = new double[candidates.length * traces.length];
    for (int z = 0; z < candidates.length; z++) {
      for (int p = 0; p < traces.length; p++) {
        float projection = projection(preferences[p], candidates, readouts, z);
        rewards[z * traces.length + p] = traces[p].in(unit, traces[p].raw(projection));
      }
    }
    return rewards;
  }

  private float projection(int model, int[] candidates, float[][] readouts, int z) {
    return models
        .get(model)
        .tokenHead()
        .map(head -> head.projection(before, columns.tokenHead(model), candidates[z]))
        .orElseGet(() -> readouts[z][columns.head(model)]);
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
