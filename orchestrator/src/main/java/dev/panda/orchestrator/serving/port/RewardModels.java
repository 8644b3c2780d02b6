package dev.panda.orchestrator.serving.port;

/** The reward models of a reward service, which scores candidates that it is told. */
public interface RewardModels extends PreferenceSource {

  /**
   * Opens a sequence. The caller waits for its room before it asks anything, and closes the stream.
   *
   * @throws ServiceException if the service cannot be asked; later failures come from the stream
   */
  RewardStream open(RewardRequest request);
}
