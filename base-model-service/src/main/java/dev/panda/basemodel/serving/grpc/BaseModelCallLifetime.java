package dev.panda.basemodel.serving.grpc;

import dev.panda.transformer.grpc.CallLifetime;
import io.grpc.ServerInterceptor;
import io.quarkus.grpc.GlobalInterceptor;
import jakarta.enterprise.context.ApplicationScoped;

/** Of every call of this service. Quarkus takes an interceptor that says itself that it is one. */
@ApplicationScoped
@GlobalInterceptor
class BaseModelCallLifetime extends CallLifetime implements ServerInterceptor {
  BaseModelCallLifetime() {
    super(Statuses.MAPPING);
  }
}
