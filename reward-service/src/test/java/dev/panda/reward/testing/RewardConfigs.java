package dev.panda.reward.testing;

import dev.panda.reward.serving.config.RewardConfig;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.smallrye.config.validator.BeanValidationConfigValidatorImpl;
import java.util.HashMap;
import java.util.Map;

/** Configurations as the service reads them. */
public final class RewardConfigs {
  private static final String PREFIX = "panda.reward.";

  private RewardConfigs() {}

  /**
   * Reads a configuration.
   *
   * @param keys below the service's prefix, but for {@code panda.home}
   */
  public static RewardConfig read(Map<String, String> keys) {
    Map<String, String> properties = new HashMap<>(Map.of("panda.home", "target/home"));
    keys.forEach(
        (key, value) -> properties.put(key.equals("panda.home") ? key : PREFIX + key, value));
    SmallRyeConfig config =
        new SmallRyeConfigBuilder()
            .addDefaultInterceptors()
            .addDiscoveredConverters()
            .withValidator(new BeanValidationConfigValidatorImpl())
            .withMapping(RewardConfig.class)
            .withSources(new PropertiesConfigSource(properties, "test", 100))
            .build();
    return config.getConfigMapping(RewardConfig.class);
  }
}
