package dev.panda.transformer.reward;

/**
 * The rewards of one growing response under one preference. Its tokens have the terms a_1 … a_n,
 * each a = clip(w · h + b). A candidate z, scored as token n + 1, has the term a_z. Raw rewards are
 *
 * <table>
 *   <caption>by pooling</caption>
 *   <tr><th></th><th>of a candidate</th><th>of the response so far</th></tr>
 *   <tr><td>{@link Pooling#LAST}</td><td>a_z</td><td>a_n</td></tr>
 *   <tr><td>{@link Pooling#MEAN}</td><td>(a_1 + … + a_n + a_z) / (n + 1)</td>
 *       <td>(a_1 + … + a_n) / n</td></tr>
 *   <tr><td>{@link Pooling#INCREMENT}</td><td>a_z</td><td>(a_1 + … + a_n) / n</td></tr>
 * </table>
 *
 * The trace keeps the sum, so one more token takes one more addition. An empty response has the
 * calibration set's mean, which is 0 when normalised.
 *
 * <p>Not safe for use by several threads.
 */
public final class RewardTrace {
  private final RewardCard card;
  private final float bias;
  private int length;
  private double sum;
  private double last;

  public RewardTrace(RewardModel model) {
    this.card = model.card();
    this.bias = model.head().bias();
  }

  private RewardTrace(RewardTrace other) {
    this.card = other.card;
    this.bias = other.bias;
    this.length = other.length;
    this.sum = other.sum;
    this.last = other.last;
  }

  /** A trace of the same response, to go on otherwise. */
  public RewardTrace copy() {
    return new RewardTrace(this);
  }

  /**
   * Appends a token.
   *
   * @param projection w · h of the token, without the bias
   * @throws RewardException if the token's term is not a finite number
   */
  public void accept(float projection) {
    last = term(projection);
    sum += last;
    length++;
  }

  /**
   * The raw reward of the response followed by a candidate.
   *
   * @param projection w · h of the candidate, without the bias
   * @throws RewardException if the reward is not a finite number
   */
  public double raw(float projection) {
    double term = term(projection);
    return card.readout().pooling() == Pooling.MEAN ? (sum + term) / (length + 1) : term;
  }

  /** The raw reward of the response so far. */
  public double raw() {
    if (length == 0) {
      return card.calibration().mean();
    }
    return card.readout().pooling() == Pooling.LAST ? last : sum / length;
  }

  /** Converts a raw reward to another unit. */
  public double in(ScoreUnit unit, double raw) {
    return unit == ScoreUnit.RAW ? raw : card.calibration().normalise(raw);
  }

  /** a_1 + … + a_n; 0 with {@link Pooling#LAST}, which needs no sum. */
  public double runningSum() {
    return card.readout().pooling() == Pooling.LAST ? 0 : sum;
  }

  /** Number of tokens n. */
  public int length() {
    return length;
  }

  private double term(float projection) {
    double value = (double) projection + bias;
    if (!Double.isFinite(value)) {
      throw new RewardException(card.preference(), length, value);
    }
    return card.readout().term(value);
  }
}
