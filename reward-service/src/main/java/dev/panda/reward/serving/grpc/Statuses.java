package dev.panda.reward.serving.grpc;

import dev.panda.reward.serving.head.RewardException;
import dev.panda.transformer.grpc.Reason;
import dev.panda.transformer.grpc.StatusMapping;
import dev.panda.transformer.grpc.StatusMapping.OwnFailure;
import java.util.Map;
import java.util.Optional;

/** How this service's failures are told to its clients. */
final class Statuses {
  static final StatusMapping MAPPING =
      new StatusMapping("reward.panda.dev", Statuses::ofRewardThatIsNotFinite);

  private Statuses() {}

  private static Optional<OwnFailure> ofRewardThatIsNotFinite(Throwable failure) {
    return failure instanceof RewardException reward
        ? Optional.of(
            new OwnFailure(
                Reason.REWARD_NOT_FINITE,
                reward.getMessage(),
                Map.of("preference", reward.preference(), "step", Integer.toString(reward.step()))))
        : Optional.empty();
  }
}
