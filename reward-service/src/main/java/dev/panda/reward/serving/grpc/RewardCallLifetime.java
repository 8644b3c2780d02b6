package dev.panda.reward.serving.grpc;

import dev.panda.transformer.grpc.CallLifetime;
import io.grpc.ServerInterceptor;
import io.quarkus.grpc.GlobalInterceptor;
import jakarta.enterprise.context.ApplicationScoped;

/** Of every call of this service. Quarkus takes an interceptor that says itself that it is one. */
@ApplicationScoped
@GlobalInterceptor
class RewardCallLifetime extends CallLifetime implements ServerInterceptor {
  RewardCallLifetime() {
    super(Statuses.MAPPING);
  }
}
