package dev.panda.orchestrator.serving.port;

import dev.panda.orchestrator.serving.decoding.RewardUnit;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A service that has reward models. Any number of threads may use it. */
public interface PreferenceSource {

  /**
   * Asks which preferences the service has, on behalf of everyone: the question outlives the
   * caller's own call. The future fails with {@link ServiceException}.
   */
  CompletableFuture<RewardDescription> describe();

  /**
   * Scores finished responses to one prompt; waits for the rewards.
   *
   * @param preferences names, in the order of the rewards
   * @return rewards [response × preference], the preference varying fastest
   */
  double[] scoreSequences(
      int[] prompt, List<int[]> responses, List<String> preferences, RewardUnit unit);
}
