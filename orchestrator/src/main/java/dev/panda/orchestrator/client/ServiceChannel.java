package dev.panda.orchestrator.client;

import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.StatusException;
import io.grpc.netty.NettyChannelBuilder;
import java.time.Duration;

/**
 * The connection to one service; made at the first call, and again after it broke.
 *
 * @param service name and address, for messages
 * @param callTimeout longest time for a single answer
 */
record ServiceChannel(String service, ManagedChannel channel, Duration callTimeout)
    implements AutoCloseable {
  private static final int MAX_MESSAGE_BYTES = 16 << 20;

  /** A call with one answer. */
  @FunctionalInterface
  interface Call<A> {
    A answer(Channel channel) throws StatusException;
  }

  static ServiceChannel of(String name, String address, Duration callTimeout) {
    ManagedChannel channel =
        NettyChannelBuilder.forTarget(address)
            .usePlaintext()
            .maxInboundMessageSize(MAX_MESSAGE_BYTES)
            .build();
    return new ServiceChannel(name + " at " + address, channel, callTimeout);
  }

  <A> A ask(Call<A> call) {
    try {
      return call.answer(channel);
    } catch (StatusException e) {
      throw ServiceException.of(service, e);
    }
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }
}
