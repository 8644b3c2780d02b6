package dev.panda.reward.serving.head;

/**
 * One preference's view of one response as it grows. Its tokens have the terms a_1 … a_n, each a =
 * clip(w · h + b), and a candidate z, scored as the token n + 1, has a_z. Raw rewards are
 *
 * <table>
 *   <caption>by pooling</caption>
 *   <tr><th></th><th>of a candidate</th><th>of the response as it is</th></tr>
 *   <tr><td>{@link Pooling#LAST}</td><td>a_z</td><td>a_n</td></tr>
 *   <tr><td>{@link Pooling#MEAN}</td><td>(a_1 + … + a_n + a_z) / (n + 1)</td>
 *       <td>(a_1 + … + a_n) / n</td></tr>
 *   <tr><td>{@link Pooling#INCREMENT}</td><td>a_z</td><td>(a_1 + … + a_n) / n</td></tr>
 * </table>
 *
 * The sum is kept, so that one more token is one more addition. An empty response has the
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

  /**
   * Appends a token.
   *
   * @param projection w · h of the token, without the bias
   * @throws RewardException if its term is not a finite number
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
   * @throws RewardException if it is not a finite number
   */
  public double raw(float projection) {
    double term = term(projection);
    return card.readout().pooling() == Pooling.MEAN ? (sum + term) / (length + 1) : term;
  }

  /** The raw reward of the response as it is. */
  public double raw() {
    if (length == 0) {
      return card.calibration().mean();
    }
    return card.readout().pooling() == Pooling.LAST ? last : sum / length;
  }

  /** A raw reward in another unit. */
  public double in(ScoreUnit unit, double raw) {
    return unit == ScoreUnit.RAW ? raw : card.calibration().normalise(raw);
  }

  /** a_1 + … + a_n; 0 with {@link Pooling#LAST}, where no sum matters. */
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
