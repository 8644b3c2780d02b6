package dev.panda.basemodel.serving.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.panda.basemodel.testing.BaseModelConfigs;
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
import java.util.OptionalInt;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BaseModelConfigTest {
  private static final Map<String, String> EVERY_KEY =
      Map.ofEntries(
          Map.entry("model", "smollm2"),
          Map.entry("model-roots", "/models,/more"),
          Map.entry("preferences", "kind,brief"),
          Map.entry("numerics", "bfloat16"),
          Map.entry("measurements", "/times.json"),
          Map.entry("device", "cuda:1"),
          Map.entry("threads", "3"),
          Map.entry("cache-tokens", "1000"),
          Map.entry("round-tokens", "64"),
          Map.entry("open-timeout", "2s"),
          Map.entry("round-time", "100ms"),
          Map.entry("prefixes", "owner"),
          Map.entry("weights-memory", "3G"),
          Map.entry("idle-timeout", "3s"),
          Map.entry("connection-share", "0.5"),
          Map.entry("max-candidates", "20"),
          Map.entry("max-preferences", "4"),
          Map.entry("foresight", "8"),
          Map.entry("control-tokens-in-contents", "true"),
          Map.entry("max-message-size", "1M"));

  @Test
  void hasDefaults() {
    BaseModelConfig config =
        BaseModelConfigs.read(Map.of("model", "smollm2", "panda.home", "/home"));

    assertThat(config.modelRoots())
        .containsExactly(Path.of("deploy/models"), Path.of("/home/models"));
    assertThat(config.preferences()).isEmpty();
    assertThat(config.maxPreferences()).isEqualTo(16);
    assertThat(config.foresight()).isEmpty();
    assertThat(config.numerics()).isEqualTo("auto");
    assertThat(config.measurements()).isEqualTo(Path.of("/home/numerics.json"));
    assertThat(config.device()).isEqualTo("cpu");
    assertThat(config.threads()).isEmpty();
    assertThat(config.cacheTokens()).isEqualTo(16_384);
    assertThat(config.roundTokens()).isEqualTo(512);
    assertThat(config.openTimeout()).isEqualTo(Duration.ofSeconds(10));
    assertThat(config.roundTime()).isEqualTo(Duration.ofMillis(500));
    assertThat(config.prefixes()).isEqualTo(PrefixSharing.EVERYONE);
    assertThat(config.weightsMemory().asLongValue()).isEqualTo(2L << 30);
    assertThat(config.idleTimeout()).isEqualTo(Duration.ofSeconds(60));
    assertThat(config.connectionShare()).isEqualTo(0.9);
    assertThat(config.maxCandidates()).isEqualTo(256);
    assertThat(config.controlTokensInContents()).isFalse();
    assertThat(config.maxMessageSize()).isEqualTo(new MemorySize(BigInteger.valueOf(4 << 20)));
  }

  @Test
  void readsEveryKey() {
    BaseModelConfig config = BaseModelConfigs.read(EVERY_KEY);

    assertThat(config.model()).isEqualTo("smollm2");
    assertThat(config.modelRoots()).containsExactly(Path.of("/models"), Path.of("/more"));
    assertThat(config.preferences()).contains(List.of("kind", "brief"));
    assertThat(config.maxPreferences()).isEqualTo(4);
    assertThat(config.foresight()).isEqualTo(OptionalInt.of(8));
    assertThat(config.numerics()).isEqualTo("bfloat16");
    assertThat(config.measurements()).isEqualTo(Path.of("/times.json"));
    assertThat(config.device()).isEqualTo("cuda:1");
    assertThat(config.threads()).isEqualTo(OptionalInt.of(3));
    assertThat(config.cacheTokens()).isEqualTo(1000);
    assertThat(config.roundTokens()).isEqualTo(64);
    assertThat(config.openTimeout()).isEqualTo(Duration.ofSeconds(2));
    assertThat(config.roundTime()).isEqualTo(Duration.ofMillis(100));
    assertThat(config.prefixes()).isEqualTo(PrefixSharing.OWNER);
    assertThat(config.weightsMemory().asLongValue()).isEqualTo(3L << 30);
    assertThat(config.idleTimeout()).isEqualTo(Duration.ofSeconds(3));
    assertThat(config.connectionShare()).isEqualTo(0.5);
    assertThat(config.maxCandidates()).isEqualTo(20);
    assertThat(config.controlTokensInContents()).isTrue();
    assertThat(config.maxMessageSize()).isEqualTo(new MemorySize(BigInteger.valueOf(1 << 20)));
  }

  @Test
  void hasNoKeyThatTheseTestsLeaveOut() {
    assertThat(
            Arrays.stream(BaseModelConfig.class.getMethods())
                .filter(method -> !method.isDefault())
                .map(Method::getName))
        .hasSameSizeAs(EVERY_KEY.keySet());
  }

  @ParameterizedTest
  @CsvSource({"round-tokens, 64", "cache-tokens, 20"})
  void candidatesThatAreReadFitInARoundAndInTheCache(String key, String value) {
    Map<String, String> keys = Map.of("model", "m", "max-candidates", "64", key, value);
    assertThat(BaseModelConfigs.read(keys).maxCandidates()).isEqualTo(64);

    Map<String, String> guiding = new HashMap<>(keys);
    guiding.put("preferences", "kind");
    assertThatThrownBy(() -> BaseModelConfigs.read(guiding))
        .isInstanceOf(ConfigValidationException.class)
        .hasMessageContaining("must be below round-tokens and cache-tokens");
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
    assertThatThrownBy(() -> BaseModelConfigs.read(Map.of("model", "smollm2", "cache-token", "5")))
        .isInstanceOf(ConfigValidationException.class)
        .hasMessageContaining("panda.base-model.cache-token");
  }

  @Test
  void requiresModel() {
    assertThatThrownBy(() -> BaseModelConfigs.read(Map.of()))
        .isInstanceOf(ConfigValidationException.class)
        .hasMessageContaining("panda.base-model.model");
  }

  @ParameterizedTest
  @CsvSource({"connection-share, 0", "connection-share, 1.01", "idle-timeout, 0s"})
  void refusesValueOutOfItsBounds(String key, String value) {
    Map<String, String> keys = new HashMap<>(EVERY_KEY);
    keys.put(key, value);

    assertThatThrownBy(() -> BaseModelConfigs.read(keys))
        .isInstanceOf(ConfigValidationException.class)
        .hasMessageContaining("panda.base-model." + key);
  }
}
