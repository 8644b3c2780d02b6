package dev.panda.answer.quarkus;

import dev.panda.answer.Domain;
import dev.panda.answer.MessageGuard;
import dev.panda.answer.StatusMapping;
import io.grpc.ServerServiceDefinition;
import java.util.Optional;

/** Guards the requests of what every server has, health and reflection. */
final class CommonServices {
  private static final int MAX_BYTES = 1 << 16;
  private static final StatusMapping STATUSES =
      new StatusMapping(Domain.SERVER, failure -> Optional.empty());

  private CommonServices() {}

  static ServerServiceDefinition guard(ServerServiceDefinition service) {
    return MessageGuard.guard(service, STATUSES, MAX_BYTES);
  }
}
