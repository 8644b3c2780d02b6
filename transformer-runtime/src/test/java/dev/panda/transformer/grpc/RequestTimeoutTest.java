package dev.panda.transformer.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Metadata;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestTimeoutTest {

  @ParameterizedTest
  @CsvSource({
    "2H, PT2H",
    "3M, PT3M",
    "20S, PT20S",
    "150m, PT0.15S",
    "7u, PT0.000007S",
    "99999999n, PT0.099999999S",
    "99999999H, PT99999999H"
  })
  void readsEveryUnit(String header, Duration timeout) {
    assertThat(RequestTimeout.of(headers(header))).contains(timeout);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "S", "5", "5s", "-1S", "1.5S", "100000000S", "1S 1S"})
  void passesOverWhatIsNoTimeout(String header) {
    assertThat(RequestTimeout.of(headers(header))).isEmpty();
  }

  @Test
  void isAbsentWithoutHeader() {
    assertThat(RequestTimeout.of(new Metadata())).isEmpty();
  }

  private static Metadata headers(String timeout) {
    Metadata headers = new Metadata();
    headers.put(Metadata.Key.of("grpc-timeout", Metadata.ASCII_STRING_MARSHALLER), timeout);
    return headers;
  }
}
