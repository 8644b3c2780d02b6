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

  /**
   * Adds scale · B · A to some rows of a matrix, in place.
   *
   * @param first index of the first row
   * @param rows number of rows
   * @param target holds the rows, the first at index {@code at}
   */
  void addTo(int first, int rows, float[] target, int at, double scale) {
    int columns = inputs();
    for (int row = 0; row < rows; row++) {
      for (int r = 0; r < rank; r++) {
        float factor = (float) (scale * b[(first + row) * rank + r]);
        int from = at + row * columns;
        for (int column = 0; column < columns; column++) {
          target[from + column] += factor * a[r * columns + column];
        }
      }
    }
  }
}
