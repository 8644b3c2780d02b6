package dev.panda.transformer.grpc;

import io.grpc.Metadata;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The {@code grpc-timeout} header, as gRPC over HTTP/2 defines it. */
final class RequestTimeout {
  private static final Metadata.Key<String> KEY =
      Metadata.Key.of("grpc-timeout", Metadata.ASCII_STRING_MARSHALLER);
  private static final Pattern FORM = Pattern.compile("(\\d{1,8})([HMSmun])");

  private RequestTimeout() {}

  static Optional<Duration> of(Metadata headers) {
    return Optional.ofNullable(headers.get(KEY))
        .map(FORM::matcher)
        .filter(Matcher::matches)
        .map(parts -> Duration.of(Long.parseLong(parts.group(1)), unit(parts.group(2))));
  }

  private static ChronoUnit unit(String letter) {
    return switch (letter) {
      case "H" -> ChronoUnit.HOURS;
      case "M" -> ChronoUnit.MINUTES;
      case "S" -> ChronoUnit.SECONDS;
      case "m" -> ChronoUnit.MILLIS;
      case "u" -> ChronoUnit.MICROS;
      default -> ChronoUnit.NANOS;
    };
  }
}
