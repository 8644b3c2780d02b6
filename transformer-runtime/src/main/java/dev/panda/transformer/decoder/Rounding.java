package dev.panda.transformer.decoder;

import dev.panda.transformer.checkpoint.FourBitElements;

/** Rounds float32 numbers to the integers of {@link Numerics#INT8} and {@link Numerics#INT4}. */
final class Rounding {
  private static final float LEAST_SCALE = 1e-12f;
  private static final int INT8_MOST = 127;
  private static final int INT4_MOST = 15;
  private static final int INT4_ZERO = 8;
  private static final int GROUP = FourBitElements.GROUP;

  private Rounding() {}

  /**
   * Rounds rows to integers from -127 to 127. A number that is not finite makes its row's scale not
   * finite.
   *
   * @param values [rows × columns]
   * @param scales receives a scale for each row, exact in bfloat16, as in later products
   */
  static void toInt8(float[] values, int rows, int columns, byte[] numbers, float[] scales) {
    for (int row = 0; row < rows; row++) {
      int start = row * columns;
      int most = 0; // the bits of magnitudes have the order of the magnitudes, NaN last
      for (int i = start; i < start + columns; i++) {
        most = Math.max(most, Float.floatToRawIntBits(values[i]) & Integer.MAX_VALUE);
      }
      float scale = toBfloat16(Math.max(Float.intBitsToFloat(most) / INT8_MOST, LEAST_SCALE));
      float inverse = 1 / scale;
      for (int i = start; i < start + columns; i++) {
        int number = (int) (values[i] * inverse + (INT8_MOST + 1.5f)) - (INT8_MOST + 1);
        numbers[i] = (byte) number;
      }
      scales[row] = scale;
    }
  }

  /**
   * Rounds groups of elements to grids of 16 steps. A number that is not finite makes its group's
   * scale not finite.
   *
   * @param values some groups
   * @param target receives the elements; its scales and middles are exact in bfloat16, as in later
   *     products
   */
  static void toInt4(float[] values, int groups, FourBitElements target) {
    byte[] numbers = target.numbers();
    for (int group = 0; group < groups; group++) {
      int start = group * GROUP;
      int least = Integer.MAX_VALUE;
      int most = Integer.MIN_VALUE;
      for (int i = start; i < start + GROUP; i++) {
        int ordered = ordered(Float.floatToRawIntBits(values[i]));
        least = Math.min(least, ordered);
        most = Math.max(most, ordered);
      }
      float low = Float.intBitsToFloat(ordered(least));
      float high = Float.intBitsToFloat(ordered(most));
      float scale = toBfloat16(Math.max((high - low) / INT4_MOST, LEAST_SCALE));
      float middle = toBfloat16(low + scale * INT4_ZERO);
      float inverse = 1 / scale;
      float shift = INT4_ZERO + 0.5f - middle * inverse;
      for (int i = start; i < start + GROUP; i++) {
        int number = (int) (values[i] * inverse + shift);
        numbers[i] = (byte) Math.max(0, Math.min(INT4_MOST, number));
      }
      target.scales()[group] = scale;
      target.middles()[group] = middle;
    }
  }

  /**
   * Converts a float's bits to an integer that has the float's place in their order, NaN first or
   * last, and back. Comparing integers takes a fraction of the time of {@link Math#max(float,
   * float)}.
   */
  private static int ordered(int bits) {
    return bits ^ (bits >> 31 & Integer.MAX_VALUE);
  }

  /** The nearest number of bfloat16, ties to even. */
  private static float toBfloat16(float value) {
    if (Float.isNaN(value)) {
      return value;
    }
    int bits = Float.floatToRawIntBits(value);
    return Float.intBitsToFloat((bits + 0x7fff + (bits >>> Short.SIZE & 1)) & 0xffff0000);
  }
}
