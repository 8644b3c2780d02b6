package dev.panda.answer;

import java.math.BigDecimal;
import java.time.Duration;

/** Writes times for people. */
public final class Seconds {
  private Seconds() {}

  /** A time such as {@code 5 s} or {@code 0.25 s}. */
  public static String of(Duration time) {
    BigDecimal seconds =
        BigDecimal.valueOf(time.getSeconds()).add(BigDecimal.valueOf(time.getNano(), 9));
    return seconds.stripTrailingZeros().toPlainString() + " s";
  }
}
