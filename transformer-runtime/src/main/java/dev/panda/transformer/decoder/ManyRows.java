package dev.panda.transformer.decoder;

/**
 * A second format of a decoder's blocks, and of an int8 head, for products of many rows: prompts,
 * and the steps of many sequences. Few rows take the format with the fewest bytes, many the one
 * that computes fastest.
 *
 * @param numerics a dense format
 * @param from number of rows from which it is used, at least 2
 */
public record ManyRows(Numerics numerics, int from) {
  public ManyRows {
    if (numerics.format(false) != MatrixFormat.DENSE) {
      throw new IllegalArgumentException(
          "many rows: " + numerics + " (expected: float32 or bfloat16)");
    }
    if (from < 2) {
      throw new IllegalArgumentException("many rows: from " + from + " (expected: >= 2)");
    }
  }
}
