package dev.panda.orchestrator.serving.config;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Checks the addresses of the configured services. */
public final class Addresses {
  private static final Pattern ADDRESS =
      Pattern.compile("(?:[A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+(?:%[A-Za-z0-9]+)?\\]):(\\d{1,5})");
  private static final int LAST_PORT = 65_535;

  private Addresses() {}

  /**
   * Checks that each address is a host and a port, and that none is configured twice.
   *
   * @throws IllegalArgumentException naming the key and what it may be
   */
  public static void check(OrchestratorConfig config) {
    String base = config.baseModel();
    check("base-model", base, "one host:port, such as 127.0.0.1:9001 or [::1]:9001");
    Set<String> known = new HashSet<>(List.of(base));
    List<String> rewards = config.rewards().orElse(List.of());
    for (String reward : rewards) {
      check("rewards", reward, "host:port of each service, separated by commas");
      if (!known.add(reward)) {
        throw refused("rewards", reward, "each service once, and other than the base model's");
      }
    }
  }

  private static void check(String key, String address, String expected) {
    Matcher parts = ADDRESS.matcher(address);
    if (!parts.matches() || !isPort(Integer.parseInt(parts.group(1)))) {
      throw refused(key, address, expected + ", with a port of 1 to " + LAST_PORT);
    }
  }

  private static boolean isPort(int number) {
    return number >= 1 && number <= LAST_PORT;
  }

  private static IllegalArgumentException refused(String key, String value, String expected) {
    return new IllegalArgumentException(
        "panda.orchestrator.%s: %s (expected: %s)".formatted(key, value, expected));
  }
}
