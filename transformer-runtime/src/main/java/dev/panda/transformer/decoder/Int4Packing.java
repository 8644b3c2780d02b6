package dev.panda.transformer.decoder;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Packs numbers of 4 bits as PyTorch's product on a CPU reads them, in a third of the time that
 * PyTorch takes. In a block of rows, a byte holds the numbers of one column in two rows. The bytes
 * of the first column come first. The two rows are half a block apart; those of a smaller block at
 * the end are neighbours.
 *
 * @param blockRows rows of a block, which depend on the processor
 */
record Int4Packing(int blockRows) {
  private static final int[] KNOWN_BLOCK_ROWS = {64, 32};
  private static final int COLUMN_TILE = 64;

  /**
   * The packing of this machine's PyTorch.
   *
   * @throws IllegalArgumentException if it is none that this class knows
   */
  static Int4Packing of(DecoderModule module) {
    int rows = 80;
    int columns = 96;
    byte[] numbers = new byte[rows * columns];
    new Random(0).nextBytes(numbers);
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] &= 0xf;
    }
    byte[] expected = module.packInt4(numbers, rows, columns);
    return IntStream.of(KNOWN_BLOCK_ROWS)
        .mapToObj(Int4Packing::new)
        .filter(packing -> Arrays.equals(packing.pack(numbers, rows, columns), expected))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "numerics: int4 (expected: another format; this PyTorch packs int4 in an unknown way)"));
  }

  private byte[] pack(byte[] numbers, int rows, int columns) {
    byte[] packed = new byte[rows * columns / 2];
    pack(numbers, rows, columns, packed);
    return packed;
  }

  /**
   * Packs a matrix, or rows of one: whole blocks, or all rows to its end.
   *
   * @param numbers from 0 to 15, [rows × columns]
   * @param target receives [rows × columns / 2] bytes
   */
  void pack(byte[] numbers, int rows, int columns, byte[] target) {
    for (int first = 0; first < rows; first += blockRows) {
      int some = Math.min(blockRows, rows - first);
      boolean whole = some == blockRows;
      int apart = whole ? some / 2 : 1;
      for (int left = 0; left < columns; left += COLUMN_TILE) {
        int right = Math.min(left + COLUMN_TILE, columns);
        for (int pair = 0; pair < some / 2; pair++) {
          int low = (first + (whole ? pair : 2 * pair)) * columns;
          int high = low + apart * columns;
          int to = first * columns / 2 + pair;
          for (int column = left; column < right; column++) {
            target[to + column * (some / 2)] =
                (byte) (numbers[low + column] | numbers[high + column] << 4);
          }
        }
      }
    }
  }
}
