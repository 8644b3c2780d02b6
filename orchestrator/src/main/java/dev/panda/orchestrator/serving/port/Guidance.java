package dev.panda.orchestrator.serving.port;

import dev.panda.orchestrator.serving.decoding.RewardUnit;
import java.util.List;

/**
 * The rewards that a base model's service gives beside its candidates.
 *
 * @param preferences names of those that the service holds, in the order of the rewards
 */
public record Guidance(List<String> preferences, RewardUnit unit) {
  public Guidance {
    preferences = List.copyOf(preferences);
  }
}
