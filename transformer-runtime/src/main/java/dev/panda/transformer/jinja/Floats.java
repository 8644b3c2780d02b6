package dev.panda.transformer.jinja;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/** Floats as Python writes them. */
final class Floats {
  /** What writing a float costs: it takes as long as many other steps. */
  static final int STEPS = 100;

  private static final int DIGITS = 17;

  private Floats() {}

  /** The shortest text that stands for the number. */
  static String repr(double number) {
    if (Double.isNaN(number) || Double.isInfinite(number)) {
      return special(number);
    }
    if (number == 0) {
      return sign(number) + "0.0";
    }
    BigDecimal exact = new BigDecimal(Math.abs(number));
    int digits = 1;
    while (digits < DIGITS && round(exact, digits).doubleValue() != Math.abs(number)) {
      digits++;
    }
    BigDecimal shortest = round(exact, digits).stripTrailingZeros();
    int exponent = exponent(shortest);
    if (exponent < -4 || exponent >= 16) {
      return sign(number) + scientific(shortest, shortest.precision() - 1);
    }
    String plain = shortest.toPlainString();
    return sign(number) + plain + (plain.contains(".") ? "" : ".0");
  }

  /** As {@code %f}. */
  static String fixed(double number, int digits) {
    return special(number) != null
        ? special(number)
        : sign(number) + plain(new BigDecimal(Math.abs(number)), digits);
  }

  /** As {@code %e}. */
  static String scientific(double number, int digits) {
    return special(number) != null
        ? special(number)
        : sign(number) + scientific(new BigDecimal(Math.abs(number)), digits);
  }

  /** As {@code %g}. */
  static String general(double number, int digits) {
    if (special(number) != null) {
      return special(number);
    }
    int precision = Math.max(1, digits);
    BigDecimal rounded = round(new BigDecimal(Math.abs(number)), precision);
    int exponent = rounded.signum() == 0 ? 0 : exponent(rounded);
    BigDecimal shortest = rounded.stripTrailingZeros();
    return sign(number)
        + (exponent < -4 || exponent >= precision
            ? scientific(shortest, shortest.precision() - 1)
            : rounded.signum() == 0 ? "0" : shortest.toPlainString());
  }

  /** Rounds half to even. */
  static double round(double number, long digits) {
    if (special(number) != null || digits < -400 || digits > 400) {
      return digits < 0 ? 0 * number : number;
    }
    BigDecimal rounded = new BigDecimal(number).setScale((int) digits, RoundingMode.HALF_EVEN);
    return Math.copySign(rounded.doubleValue(), number);
  }

  private static String special(double number) {
    if (Double.isNaN(number)) {
      return "nan";
    }
    return Double.isInfinite(number) ? sign(number) + "inf" : null;
  }

  private static String sign(double number) {
    return Math.copySign(1, number) < 0 ? "-" : "";
  }

  private static BigDecimal round(BigDecimal number, int digits) {
    return number.round(new MathContext(digits, RoundingMode.HALF_EVEN));
  }

  private static int exponent(BigDecimal number) {
    return number.precision() - number.scale() - 1;
  }

  private static String plain(BigDecimal number, int digits) {
    return number.setScale(digits, RoundingMode.HALF_EVEN).toPlainString();
  }

  private static String scientific(BigDecimal number, int digits) {
    BigDecimal rounded = round(number, digits + 1);
    int exponent = rounded.signum() == 0 ? 0 : exponent(rounded);
    String mantissa = plain(rounded.scaleByPowerOfTen(-exponent), digits);
    return mantissa + "e" + (exponent < 0 ? "-" : "+") + String.format("%02d", Math.abs(exponent));
  }
}
