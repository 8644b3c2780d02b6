package dev.panda.orchestrator.serving.config;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.panda.orchestrator.testing.TestConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressesTest {

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1:9001", "localhost:1", "base-1.panda.svc:65535", "[::1]:9001"})
  void takesAHostAndAPort(String address) {
    assertThatCode(() -> Addresses.check(TestConfig.of(address, "other:1")))
        .doesNotThrowAnyException();
    assertThatCode(() -> Addresses.check(TestConfig.of("other:1", address)))
        .doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a:1,b:2",
        "a",
        "a:",
        ":1",
        "a:0",
        "a:65536",
        "a:99999",
        "a: 1",
        " a:1",
        "a b:1",
        "::1:9001",
        "[::1]",
        "http://a:1",
        "a:1/x",
        "dns:///a:1",
        "a:-1",
        "a:1:2",
        "ä:1",
        ""
      })
  void refusesWhatIsNoAddressAndNamesTheKey(String address) {
    assertThatThrownBy(() -> Addresses.check(TestConfig.of(address)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(
            "panda.orchestrator.base-model: " + address + " (expected: one host:port, such as");
    assertThatThrownBy(() -> Addresses.check(TestConfig.of("other:1", address)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("panda.orchestrator.rewards: " + address + " (expected: host:port");
  }

  @Test
  void refusesAServiceThatIsConfiguredTwice() {
    assertThatThrownBy(() -> Addresses.check(TestConfig.of("a:1", "b:2", "b:2")))
        .hasMessageContaining("rewards: b:2 (expected: each service once");
    assertThatThrownBy(() -> Addresses.check(TestConfig.of("a:1", "a:1")))
        .hasMessageContaining("rewards: a:1 (expected: each service once");
  }
}
