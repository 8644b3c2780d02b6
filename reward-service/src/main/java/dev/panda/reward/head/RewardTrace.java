package dev.panda.reward.head;

/**
 * One preference's view of one response as it grows. With the terms a_1 … a_n of its tokens, each a
 * = clip(w · h + b), the raw reward is
 *
 * <ul>
 *   <li>{@link Pooling#LAST} and {@link Pooling#INCREMENT}: a_n;
 *   <li>{@link Pooling#MEAN}: (a_1 + … + a_n) / n, kept as a running sum, so that one more token is
 *       one more addition.
 * </ul>
 *
 * A candidate z is scored as the token n + 1. An empty response has the calibration set's mean,
 * which is 0 when normalised.
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
    return card.readout().pooling() == Pooling.MEAN ? sum / length : last;
  }

  /** A raw reward in another unit. */
  public double in(RewardUnit unit, double raw) {
    return unit == RewardUnit.RAW ? raw : card.calibration().normalise(raw);
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
