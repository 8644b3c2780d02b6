package dev.panda.transformer.checkpoint;

/**
 * Rotary embeddings, plain or scaled to longer contexts. Each method throws {@link
 * IllegalArgumentException} if its arguments make no sense. The computations follow Hugging Face's
 * transformers, so that both give the same angles to float32's last bits.
 */
public final class RotaryScaling {
  private static final int LARGEST_HEAD_DIM = 1 << 14;
  private static final double LARGEST_THETA = 1e15;
  private static final Bounds FACTORS = new Bounds(1, 1e6);
  private static final Bounds FREQUENCY_FACTORS = new Bounds(1e-3, 1e6);
  private static final Bounds CONTEXTS = new Bounds(1, Integer.MAX_VALUE);
  private static final Bounds TURNS = new Bounds(1e-3, 1e6);
  private static final Bounds ATTENTION_FACTORS = new Bounds(1e-3, 1e3);

  private RotaryScaling() {}

  /** Unscaled: pair i turns by theta^(-2i/D) a position. */
  public static RotaryEmbedding unscaled(int headDim, double theta) {
    return new RotaryEmbedding(inverseFrequencies(headDim, theta), 1);
  }

  /** Every frequency divided by the factor (position interpolation). */
  public static RotaryEmbedding linear(int headDim, double theta, double factor) {
    FACTORS.check("factor", factor);
    float[] frequencies = inverseFrequencies(headDim, theta);
    for (int i = 0; i < frequencies.length; i++) {
      frequencies[i] = (float) (frequencies[i] / factor);
    }
    return new RotaryEmbedding(frequencies, 1);
  }

  /**
   * Every frequency divided by a factor of its own, as GGUF files state them.
   *
   * @param factors one for each pair of a head's dimensions [D / 2]
   */
  public static RotaryEmbedding divided(int headDim, double theta, float[] factors) {
    float[] frequencies = inverseFrequencies(headDim, theta);
    requireOneForEach(frequencies, factors);
    for (int i = 0; i < frequencies.length; i++) {
      frequencies[i] /= factors[i];
    }
    return new RotaryEmbedding(frequencies, 1);
  }

  private static void requireOneForEach(float[] frequencies, float[] factors) {
    if (factors.length != frequencies.length) {
      throw new IllegalArgumentException(
          "frequency factors: " + factors.length + " (expected: " + frequencies.length + ")");
    }
    for (float factor : factors) {
      FREQUENCY_FACTORS.check("frequency factor", factor);
    }
  }

  /**
   * The scaling of Llama 3.1: it keeps high frequencies, divides low ones by the factor, and blends
   * between the two.
   *
   * @param lowFrequencyFactor wavelengths above originalContext / lowFrequencyFactor are divided
   * @param highFrequencyFactor wavelengths below originalContext / highFrequencyFactor are kept
   * @param originalContext number of positions that the model was first trained on
   */
  public record Llama3(
      double factor,
      double lowFrequencyFactor,
      double highFrequencyFactor,
      double originalContext) {

    public Llama3 {
      FACTORS.check("factor", factor);
      TURNS.check("low_freq_factor", lowFrequencyFactor);
      TURNS.check("high_freq_factor", highFrequencyFactor);
      CONTEXTS.check("original_max_position_embeddings", originalContext);
      if (!(highFrequencyFactor > lowFrequencyFactor)) {
        throw new IllegalArgumentException(
            "high_freq_factor: "
                + highFrequencyFactor
                + " (expected: above low_freq_factor "
                + lowFrequencyFactor
                + ")");
      }
    }

    public RotaryEmbedding embedding(int headDim, double theta) {
      float[] frequencies = inverseFrequencies(headDim, theta);
      for (int i = 0; i < frequencies.length; i++) {
        double wavelength = 2 * Math.PI / frequencies[i];
        double blend =
            (originalContext / wavelength - lowFrequencyFactor)
                / (highFrequencyFactor - lowFrequencyFactor);
        double kept = Math.min(1, Math.max(0, blend));
        frequencies[i] = (float) (frequencies[i] * (kept + (1 - kept) / factor));
      }
      return new RotaryEmbedding(frequencies, 1);
    }
  }

  /**
   * YaRN (Peng et al., 2023): it keeps dimensions that turn often within the original context,
   * divides the frequency of dimensions that turn seldom by the factor, and uses a ramp between the
   * two.
   *
   * @param originalContext number of positions that the model was first trained on
   * @param betaFast a dimension with at least this many turns within the original context is kept
   * @param betaSlow a dimension with at most this many turns within the original context is divided
   * @param truncate whether the ramp's ends are rounded to whole dimensions
   * @param attentionFactor factor for cosine and sine
   */
  public record Yarn(
      double factor,
      double originalContext,
      double betaFast,
      double betaSlow,
      boolean truncate,
      double attentionFactor) {

    public Yarn {
      FACTORS.check("factor", factor);
      CONTEXTS.check("original_max_position_embeddings", originalContext);
      TURNS.check("beta_fast", betaFast);
      TURNS.check("beta_slow", betaSlow);
      ATTENTION_FACTORS.check("attention_factor", attentionFactor);
    }

    /** The attention factor of the paper: 0.1 · scale · ln(factor) + 1. */
    public static double attentionFactor(double factor, double scale) {
      return factor <= 1 ? 1 : 0.1 * scale * Math.log(factor) + 1;
    }

    public RotaryEmbedding embedding(int headDim, double theta) {
      float[] frequencies = inverseFrequencies(headDim, theta);
      double first = dimensionTurning(betaFast, headDim, theta);
      double last = dimensionTurning(betaSlow, headDim, theta);
      double low = Math.max(truncate ? Math.floor(first) : first, 0);
      double high = Math.min(truncate ? Math.ceil(last) : last, headDim - 1);
      double width = high == low ? 0.001 : high - low;
      for (int i = 0; i < frequencies.length; i++) {
        double divided = Math.min(1, Math.max(0, (i - low) / width));
        frequencies[i] = (float) (frequencies[i] * (1 - divided + divided / factor));
      }
      return new RotaryEmbedding(frequencies, attentionFactor);
    }

    private double dimensionTurning(double turns, int headDim, double theta) {
      return headDim * Math.log(originalContext / (turns * 2 * Math.PI)) / (2 * Math.log(theta));
    }
  }

  /**
   * LongRoPE (Ding et al., 2024), as it is for sequences no longer than the original context: every
   * frequency divided by a factor of its own.
   *
   * @param factors one for each pair of dimensions that turns
   * @param attentionFactor factor for cosine and sine
   */
  public record LongRope(float[] factors, double attentionFactor) {

    public LongRope {
      ATTENTION_FACTORS.check("attention_factor", attentionFactor);
    }

    /** The attention factor of the paper: √(1 + ln(factor) / ln(originalContext)). */
    public static double attentionFactor(double factor, double originalContext) {
      CONTEXTS.check("original_max_position_embeddings", originalContext);
      return factor <= 1 ? 1 : Math.sqrt(1 + Math.log(factor) / Math.log(originalContext));
    }

    public RotaryEmbedding embedding(int dimensions, double theta) {
      float[] periods = periods(dimensions, theta);
      requireOneForEach(periods, factors);
      float[] frequencies = new float[periods.length];
      for (int i = 0; i < frequencies.length; i++) {
        frequencies[i] = 1 / (factors[i] * periods[i]);
      }
      return new RotaryEmbedding(frequencies, attentionFactor);
    }
  }

  private static float[] inverseFrequencies(int headDim, double theta) {
    float[] frequencies = periods(headDim, theta);
    for (int i = 0; i < frequencies.length; i++) {
      frequencies[i] = 1 / frequencies[i];
    }
    return frequencies;
  }

  private static float[] periods(int headDim, double theta) {
    if (headDim < 2 || headDim % 2 != 0 || headDim > LARGEST_HEAD_DIM) {
      throw new IllegalArgumentException(
          "head_dim: " + headDim + " (expected: even, 2 to " + LARGEST_HEAD_DIM + ")");
    }
    if (!(theta > 1 && theta <= LARGEST_THETA)) {
      throw new IllegalArgumentException(
          "rope_theta: " + theta + " (expected: above 1, at most " + LARGEST_THETA + ")");
    }
    float[] periods = new float[headDim / 2];
    for (int i = 0; i < periods.length; i++) {
      periods[i] = (float) Math.pow(theta, 2f * i / headDim);
    }
    return periods;
  }
}
