package dev.panda.reward.serving.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.panda.reward.testing.RewardConfigs;
import dev.panda.transformer.engine.PrefixSharing;
import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigValidationException;
import java.io.IOException;
import java.lang.reflect.Method;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RewardConfigTest {
  private static final Map<String, String> EVERY_KEY =
      Map.ofEntries(
          Map.entry("model", "smollm2"),
          Map.entry("label", "good"),
          Map.entry("model-roots", "/models,/more"),
          Map.entry("preferences", "comprehensibility,harmlessness"),
          Map.entry("numerics", "bfloat16"),
          Map.entry("measurements", "/times.json"),
          Map.entry("device", "cuda:1"),
          Map.entry("threads", "3"),
          Map.entry("cache-tokens", "1000"),
          Map.entry("round-tokens", "64"),
          Map.entry("open-timeout", "2s"),
          Map.entry("round-time", "100ms"),
          Map.entry("prefixes", "owner"),
          Map.entry("idle-timeout", "3s"),
          Map.entry("connection-share", "0.5"),
          Map.entry("max-candidates", "20"),
          Map.entry("max-preferences", "3"),
          Map.entry("max-responses", "4"),
          Map.entry("max-message-size", "1M"));

  @Test
  void hasDefaults() {
    RewardConfig config = RewardConfigs.read(Map.of("model", "smollm2", "panda.home", "/home"));

    assertThat(config.modelRoots())
        .containsExactly(Path.of("deploy/models"), Path.of("/home/models"));
    assertThat(config.label()).isEmpty();
    assertThat(config.preferences()).isEmpty();
    assertThat(config.numerics()).isEqualTo("auto");
    assertThat(config.measurements()).isEqualTo(Path.of("/home/numerics.json"));
    assertThat(config.device()).isEqualTo("cpu");
    assertThat(config.threads()).isEmpty();
    assertThat(config.cacheTokens()).isEqualTo(16_384);
    assertThat(config.roundTokens()).isEqualTo(512);
    assertThat(config.openTimeout()).isEqualTo(Duration.ofSeconds(10));
    assertThat(config.roundTime()).isEqualTo(Duration.ofMillis(500));
    assertThat(config.prefixes()).isEqualTo(PrefixSharing.EVERYONE);
    assertThat(config.idleTimeout()).isEqualTo(Duration.ofSeconds(60));
    assertThat(config.connectionShare()).isEqualTo(0.9);
    assertThat(config.maxCandidates()).isEqualTo(256);
    assertThat(config.maxPreferences()).isEqualTo(16);
    assertThat(config.maxResponses()).isEqualTo(256);
    assertThat(config.maxMessageSize()).isEqualTo(new MemorySize(BigInteger.valueOf(4 << 20)));
  }

  @Test
  void readsEveryKey() {
    RewardConfig config = RewardConfigs.read(EVERY_KEY);

    assertThat(config.model()).isEqualTo("smollm2");
    assertThat(config.label()).isEqualTo(Optional.of("good"));
    assertThat(config.modelRoots()).containsExactly(Path.of("/models"), Path.of("/more"));
    assertThat(config.preferences())
        .isEqualTo(Optional.of(List.of("comprehensibility", "harmlessness")));
    assertThat(config.numerics()).isEqualTo("bfloat16");
    assertThat(config.measurements()).isEqualTo(Path.of("/times.json"));
    assertThat(config.device()).isEqualTo("cuda:1");
    assertThat(config.threads()).isEqualTo(OptionalInt.of(3));
    assertThat(config.cacheTokens()).isEqualTo(1000);
    assertThat(config.roundTokens()).isEqualTo(64);
    assertThat(config.openTimeout()).isEqualTo(Duration.ofSeconds(2));
    assertThat(config.roundTime()).isEqualTo(Duration.ofMillis(100));
    assertThat(config.prefixes()).isEqualTo(PrefixSharing.OWNER);
    assertThat(config.idleTimeout()).isEqualTo(Duration.ofSeconds(3));
    assertThat(config.connectionShare()).isEqualTo(0.5);
    assertThat(config.maxCandidates()).isEqualTo(20);
    assertThat(config.maxPreferences()).isEqualTo(3);
    assertThat(config.maxResponses()).isEqualTo(4);
    assertThat(config.maxMessageSize()).isEqualTo(new MemorySize(BigInteger.valueOf(1 << 20)));
  }

  @Test
  void hasNoKeyThatTheseTestsLeaveOut() {
    assertThat(
            Arrays.stream(RewardConfig.class.getMethods())
                .filter(method -> !method.isDefault())
                .map(Method::getName))
        .hasSameSizeAs(EVERY_KEY.keySet());
  }

  /** Ordinary clients ping every 10 s, give or take, also without a call. */
  @Test
  void permitsOrdinaryPingsAndPingsItself() throws IOException {
    Properties properties = new Properties();
    properties.load(getClass().getResourceAsStream("/application.properties"));

    String netty = "quarkus.grpc.server.netty.";
    assertThat(properties)
        .containsEntry(netty + "permit-keep-alive-time", "5s")
        .containsEntry(netty + "permit-keep-alive-without-calls", "true")
        .containsEntry(netty + "keep-alive-time", "15s");
  }

  @Test
  void refusesUnknownKey() {
    assertThatThrownBy(() -> RewardConfigs.read(Map.of("model", "smollm2", "cache-token", "5")))
        .isInstanceOf(ConfigValidationException.class)
        .hasMessageContaining("panda.reward.cache-token");
  }

  @Test
  void requiresModel() {
    assertThatThrownBy(() -> RewardConfigs.read(Map.of()))
        .isInstanceOf(ConfigValidationException.class)
        .hasMessageContaining("panda.reward.model");
  }

  @ParameterizedTest
  @CsvSource({
    "model, ' ', panda.reward.model",
    "numerics, float64, panda.reward.numerics",
    "device, tpu, panda.reward.device",
    "threads, 0, panda.reward.threads",
    "cache-tokens, 0, panda.reward.cache-tokens",
    "round-tokens, 1, panda.reward.round-tokens",
    "open-timeout, -1s, panda.reward.open-timeout",
    "idle-timeout, 0s, panda.reward.idle-timeout",
    "connection-share, 0, panda.reward.connection-share",
    "connection-share, 1.01, panda.reward.connection-share",
    "max-candidates, 0, panda.reward.max-candidates",
    "max-preferences, 0, panda.reward.max-preferences",
    "max-responses, 0, panda.reward.max-responses",
    "max-message-size, 0, max-message-size must be at least 1",
    "max-candidates, 64, max-candidates below round-tokens and cache-tokens",
    "cache-tokens, 20, max-candidates below round-tokens and cache-tokens"
  })
  void refusesValueOutOfItsBounds(String key, String value, String message) {
    Map<String, String> keys = new HashMap<>(EVERY_KEY);
    keys.put(key, value);

    assertThatThrownBy(() -> RewardConfigs.read(keys))
        .isInstanceOf(ConfigValidationException.class)
        .hasMessageContaining(message);
  }
}
