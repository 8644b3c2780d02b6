package dev.panda.transformer.checkpoint.adapter;

/**
 * The two factors of an adapter for a matrix [out × in]: the adapter adds scale · B · A.
 *
 * @param a [rank × in]
 * @param b [out × rank]
 */
public record LowRankFactors(int rank, float[] a, float[] b) {
  public LowRankFactors {
    if (rank < 1 || a.length % rank != 0 || b.length % rank != 0) {
      throw new IllegalArgumentException(
          "rank: %d (expected: a divisor of %d and %d)".formatted(rank, a.length, b.length));
    }
  }

  /** Number of the matrix's columns. */
  public int inputs() {
    return a.length / rank;
  }

  /** Number of the matrix's rows. */
  public int outputs() {
    return b.length / rank;
  }

  /** Adds scale · B · A to a matrix, in place. */
  void addTo(float[] matrix, double scale) {
    int columns = inputs();
    for (int row = 0; row < outputs(); row++) {
      for (int r = 0; r < rank; r++) {
        float factor = (float) (scale * b[row * rank + r]);
        for (int column = 0; column < columns; column++) {
          matrix[row * columns + column] += factor * a[r * columns + column];
        }
      }
    }
  }
}
