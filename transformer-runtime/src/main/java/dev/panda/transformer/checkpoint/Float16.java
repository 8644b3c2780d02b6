package dev.panda.transformer.checkpoint;

/** Converts IEEE 754 half precision to float32 and back. */
public final class Float16 {
  private static final int EXPONENT = 0x7c00;
  private static final float SUBNORMAL_UNIT = 0x1p-24f;

  private Float16() {}

  /** Converts exactly: float32 can represent every half-precision number. */
  public static float toFloat(short half) {
    int sign = (half & 0x8000) << 16;
    int magnitude = half & 0x7fff;
    int exponent = half & EXPONENT;
    if (exponent != 0 && exponent != EXPONENT) {
      return Float.intBitsToFloat(sign | (magnitude << 13) + ((127 - 15) << 23));
    }
    if (exponent == EXPONENT) {
      return Float.intBitsToFloat(sign | 0x7f800000 | magnitude << 13);
    }
    return sign == 0 ? magnitude * SUBNORMAL_UNIT : magnitude * -SUBNORMAL_UNIT;
  }

  /** Rounds to the nearest half, ties to even; magnitudes from 65520 become infinite. */
  public static short fromFloat(float value) {
    int bits = Float.floatToRawIntBits(value);
    int sign = bits >>> 16 & 0x8000;
    float magnitude = Math.abs(value);
    if (Float.isNaN(value)) {
      return (short) (sign | 0x7e00);
    }
    if (magnitude >= 65520f) {
      return (short) (sign | 0x7c00);
    }
    if (magnitude < 0x1p-14f) {
      return (short) (sign | (int) Math.rint((double) magnitude / SUBNORMAL_UNIT));
    }
    int shifted = (bits & 0x7fffffff) - ((127 - 15) << 23);
    int rounded = shifted + 0xfff + (shifted >>> 13 & 1);
    return (short) (sign | rounded >>> 13);
  }
}
