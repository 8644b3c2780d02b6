package dev.panda.orchestrator.serving.client;

import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.StatusException;
import io.grpc.netty.NettyChannelBuilder;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * A connection to one service. It is made at the first call, and again after it broke.
 *
 * @param service name and address, for messages
 */
record ServiceChannel(String service, ManagedChannel channel, Timeouts timeouts)
    implements AutoCloseable {
  private static final int MAX_MESSAGE_BYTES = 16 << 20;

  /** How long a connection with open calls may be silent before a ping checks it. */
  private static final Duration KEEP_ALIVE = Duration.ofSeconds(30);

  /** A call with one answer. */
  @FunctionalInterface
  interface Call<A> {
    A answer(Channel channel) throws StatusException;
  }

  static ServiceChannel of(String name, String address, Timeouts timeouts) {
    ManagedChannel channel =
        NettyChannelBuilder.forTarget(address)
            .usePlaintext()
            .maxInboundMessageSize(MAX_MESSAGE_BYTES)
            .keepAliveTime(KEEP_ALIVE.toMillis(), TimeUnit.MILLISECONDS)
            .build();
    return new ServiceChannel(name + " at " + address, channel, timeouts);
  }

  <A> A ask(Call<A> call) {
    try {
      return call.answer(channel);
    } catch (StatusException e) {
      throw Failures.of(service, e);
    }
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }
}
