package dev.panda.basemodel.serving.grpc;

import dev.panda.answer.Domain;
import dev.panda.answer.Failure;
import dev.panda.answer.Reason;
import dev.panda.answer.StatusMapping;
import dev.panda.transformer.engine.CapacityException;
import dev.panda.transformer.reward.RewardException;
import io.grpc.StatusRuntimeException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;

/** Names this service's own failures for its clients. */
final class Statuses {
  static final StatusMapping MAPPING = new StatusMapping(Domain.BASE_MODEL, Statuses::name);

  private Statuses() {}

  static StatusRuntimeException of(Throwable failure) {
    return MAPPING.of(failure);
  }

  private static Optional<Failure> name(Throwable failure) {
    if (failure instanceof CapacityException capacity) {
      return Optional.of(
          Failure.of(Reason.NO_CACHE_ROOM, capacity.getMessage())
              .withMetadata(Map.of("retryAfter", capacity.retryAfter().toString()))
              .withRetryDelay(capacity.retryAfter()));
    }
    if (failure instanceof CancellationException) {
      return Optional.of(
          Failure.of(Reason.STOPPING, "the service is stopping (expected: another replica)"));
    }
    if (failure instanceof RewardException reward) {
      return Optional.of(
          Failure.of(Reason.REWARD_NOT_FINITE, reward.getMessage())
              .withMetadata(
                  Map.of(
                      "preference", reward.preference(), "step", Integer.toString(reward.step()))));
    }
    return Optional.empty();
  }
}
