package dev.panda.orchestrator.serving.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smallrye.config.ConfigValidationException;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OrchestratorConfigTest {
  private static final String PREFIX = "panda.orchestrator.";
  private static final Map<String, String> EVERY_KEY =
      Map.of(
          "base-model", "base:1",
          "rewards", "one:2,two:3",
          "call-timeout", "2s",
          "step-timeout", "3s",
          "reading-timeout", "4s",
          "max-generations", "5",
          "max-message-size", "1K");

  @Test
  void hasDefaults() {
    OrchestratorConfig config = read(Map.of());

    assertThat(config.baseModel()).isEqualTo("127.0.0.1:9001");
    assertThat(config.rewards()).contains(List.of("127.0.0.1:9002"));
    assertThat(config.callTimeout()).isEqualTo(Duration.ofSeconds(10));
    assertThat(config.stepTimeout()).isEqualTo(Duration.ofMinutes(2));
    assertThat(config.readingTimeout()).isEqualTo(Duration.ofSeconds(30));
    assertThat(config.maxGenerations()).isEqualTo(64);
    assertThat(config.maxMessageSize().asLongValue()).isEqualTo(4 << 20);
  }

  @Test
  void readsEveryKey() {
    OrchestratorConfig config = read(EVERY_KEY);

    assertThat(config.baseModel()).isEqualTo("base:1");
    assertThat(config.rewards()).contains(List.of("one:2", "two:3"));
    assertThat(config.callTimeout()).isEqualTo(Duration.ofSeconds(2));
    assertThat(config.stepTimeout()).isEqualTo(Duration.ofSeconds(3));
    assertThat(config.readingTimeout()).isEqualTo(Duration.ofSeconds(4));
    assertThat(config.maxGenerations()).isEqualTo(5);
    assertThat(config.maxMessageSize().asLongValue()).isEqualTo(1024);
  }

  @Test
  void rewardServicesSetToNothingAreNone() {
    assertThat(read(Map.of("rewards", "")).rewards()).isEmpty();
  }

  @Test
  void hasNoKeyThatTheseTestsLeaveOut() {
    assertThat(Arrays.stream(OrchestratorConfig.class.getMethods()).map(Method::getName))
        .hasSameSizeAs(EVERY_KEY.keySet());
  }

  @Test
  void refusesUnknownKey() {
    assertThatThrownBy(() -> read(Map.of("reward", "a:1")))
        .isInstanceOf(ConfigValidationException.class)
        .hasMessageContaining("panda.orchestrator.reward");
  }

  private static OrchestratorConfig read(Map<String, String> keys) {
    Map<String, String> properties = new HashMap<>();
    keys.forEach((key, value) -> properties.put(PREFIX + key, value));
    SmallRyeConfig config =
        new SmallRyeConfigBuilder()
            .addDefaultInterceptors()
            .addDiscoveredConverters()
            .withMapping(OrchestratorConfig.class)
            .withSources(new PropertiesConfigSource(properties, "test", 100))
            .build();
    return config.getConfigMapping(OrchestratorConfig.class);
  }
}
