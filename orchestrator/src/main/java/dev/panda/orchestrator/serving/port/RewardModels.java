package dev.panda.orchestrator.serving.port;

import dev.panda.orchestrator.serving.decoding.RewardUnit;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The reward models of one service. Any number of threads may use it. */
public interface RewardModels {

  /**
   * Asks which preferences the service serves, on behalf of everyone: the question outlives the
   * caller's own call. The future fails with {@link ServiceException}.
   */
  CompletableFuture<RewardDescription> describe();

  /**
   * Opens a sequence. The caller waits for its room before it asks anything, and closes the stream.
   *
   * @throws ServiceException if the service cannot be asked; later failures come from the stream
   */
  RewardStream open(RewardRequest request);

  /**
   * Scores finished responses to one prompt; waits for the rewards.
   *
   * @param preferences names, in the order of the rewards
   * @return rewards [response × preference], the preference varying fastest
   */
  double[] scoreSequences(
      int[] prompt, List<int[]> responses, List<String> preferences, RewardUnit unit);
}
