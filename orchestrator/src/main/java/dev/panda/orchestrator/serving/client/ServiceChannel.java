package dev.panda.orchestrator.serving.client;

import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.StatusException;

/**
 * The calls to one service. A service that has fallen silent is not asked for a while.
 *
 * @param service name and address, for messages
 * @param calls makes calls on the connection
 */
record ServiceChannel(String service, ManagedChannel connection, Channel calls, Timeouts timeouts)
    implements AutoCloseable {

  /** A call with one answer. */
  @FunctionalInterface
  interface Call<A> {
    A answer(Channel channel) throws StatusException;
  }

  static ServiceChannel of(String name, String address, Timeouts timeouts) {
    ManagedChannel connection = Connection.to(address);
    Channel calls =
        ClientInterceptors.intercept(connection, new Breaker(timeouts.call().dividedBy(2)));
    return new ServiceChannel(name + " at " + address, connection, calls, timeouts);
  }

  <A> A ask(Call<A> call) {
    try {
      return call.answer(calls);
    } catch (StatusException e) {
      throw Failures.behind(service, e);
    }
  }

  @Override
  public void close() {
    connection.shutdownNow();
  }
}
