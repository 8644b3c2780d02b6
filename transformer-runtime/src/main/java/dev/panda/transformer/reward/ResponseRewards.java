package dev.panda.transformer.reward;

import java.util.Arrays;
import java.util.List;

/**
 * Tracks the rewards of one growing response under P preferences. Rewards of C candidates are
 * flattened, [candidate × preference], with the preference varying fastest.
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
   * @param models all reward models that share the backbone
   * @param preferences indices of the requested models, in the order of the answers [P]
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

  private ResponseRewards(ResponseRewards other) {
    this.models = other.models;
    this.columns = other.columns;
    this.preferences = other.preferences;
    this.unit = other.unit;
    this.traces = Arrays.stream(other.traces).map(RewardTrace::copy).toArray(RewardTrace[]::new);
    this.before = other.before;
  }

  /** Rewards of the same response, to go on otherwise. */
  public ResponseRewards copy() {
    return new ResponseRewards(this);
  }

  /** Whether any preference needs read-outs of the candidates. */
  public boolean readsCandidates() {
    return Arrays.stream(preferences).anyMatch(i -> models.get(i).tokenHead().isEmpty());
  }

  /**
   * Begins the response after its prompt.
   *
   * @param readouts of the prompt's last token [column of {@link ReadoutColumns}]
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
   * @param readouts of the candidates [candidate × column]; empty if {@link #readsCandidates} is
   *     false
   * @throws RewardException if a reward is not a finite number
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

  /** Rewards of the response so far [P]. */
  public double[] whole() {
    return Arrays.stream(traces).mapToDouble(trace -> trace.in(unit, trace.raw())).toArray();
  }

  /** For each preference, the raw sum of the accepted tokens' terms [P]. */
  public double[] runningSums() {
    return Arrays.stream(traces).mapToDouble(RewardTrace::runningSum).toArray();
  }
}
