package dev.panda.transformer.decoder;

import java.util.stream.IntStream;

/**
 * One sequence's input to a step. Its rows are the accepted tokens, then the candidates.
 *
 * @param cache the sequence's cache
 * @param past number of tokens in the cache before the step
 * @param accepted token ids to append
 * @param candidates tokens that may follow
 * @param nextRows indices of the rows whose likeliest next tokens are returned, ascending
 * @param resumes whether {@link ForwardPasses#peek} has read the first accepted token, whose place
 *     is {@code past}; the step goes on from its state
 */
public record StepInput(
    KvCache cache, int past, int[] accepted, Branches candidates, int[] nextRows, boolean resumes) {
  private static final int[] NONE = {};

  /**
   * New tokens that nothing has read yet.
   *
   * @param candidates token ids that may follow the accepted ones
   * @param wantsNext whether to return the likeliest tokens after the last accepted one
   */
  public StepInput(KvCache cache, int past, int[] accepted, int[] candidates, boolean wantsNext) {
    this(
        cache,
        past,
        accepted,
        Branches.at(past + accepted.length, past + accepted.length, candidates),
        wantsNext ? new int[] {accepted.length - 1} : NONE,
        false);
  }

  /** Candidates alone. */
  public StepInput(KvCache cache, int past, Branches candidates) {
    this(cache, past, NONE, candidates, NONE, false);
  }

  /** Number of rows in the step. */
  public int rows() {
    return accepted.length + candidates.count();
  }

  /** The place of the first row. */
  int firstPlace() {
    return accepted.length > 0 ? past : candidates.place();
  }

  /** The place behind the last row. */
  int endPlace() {
    return firstPlace() + rows();
  }

  /** How many of the sequence's tokens a row sees before it. */
  int seen(int row) {
    return row < accepted.length ? past + row : candidates.behind()[row - accepted.length];
  }

  /** The rows that nothing has read yet: all but the first one if it resumes. */
  StepInput fresh() {
    int[] rest = IntStream.range(1, accepted.length).map(i -> accepted[i]).toArray();
    return resumes ? new StepInput(cache, past + 1, rest, candidates, NONE, false) : this;
  }
}
