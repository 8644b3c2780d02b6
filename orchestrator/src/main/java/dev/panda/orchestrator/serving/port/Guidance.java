package dev.panda.orchestrator.serving.port;

import dev.panda.orchestrator.serving.decoding.RewardUnit;
import java.util.List;

/**
 * The rewards that a base model's service gives beside its candidates.
 *
 * @param preferences names of those that the service holds, in the order of the rewards
 * @param stepwise whether the service may leave out the rewards of less likely candidates until
 *     they are {@linkplain CandidateStream#further asked for}
 */
public record Guidance(List<String> preferences, RewardUnit unit, boolean stepwise) {
  public Guidance {
    preferences = List.copyOf(preferences);
  }
}
