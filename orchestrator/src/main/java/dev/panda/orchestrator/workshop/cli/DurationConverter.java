package dev.panda.orchestrator.workshop.cli;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a duration: a whole number and its unit, as in {@code 10s} or {@code 2m}. */
public final class DurationConverter implements ITypeConverter<Duration> {
  private static final Pattern SYNTAX = Pattern.compile("0*([1-9]\\d{0,8})(ms|s|m|h)");

  @Override
  public Duration convert(String text) {
    Matcher duration = SYNTAX.matcher(text);
    if (!duration.matches()) {
      throw new TypeConversionException(
          text + " (expected: a number with ms, s, m or h, like 10s or 2m)");
    }
    return Duration.of(Long.parseLong(duration.group(1)), unit(duration.group(2)));
  }

  private static ChronoUnit unit(String letters) {
    return switch (letters) {
      case "ms" -> ChronoUnit.MILLIS;
      case "s" -> ChronoUnit.SECONDS;
      case "m" -> ChronoUnit.MINUTES;
      default -> ChronoUnit.HOURS;
    };
  }
}
