package dev.panda.orchestrator.serving.client;

import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.ChannelOption;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/**
 * Connects to services. A connection is made at the first call, and is tried again four times a
 * second while the service is away: gRPC alone would wait longer after each try, up to two minutes.
 */
final class Connection {
  private static final int MAX_MESSAGE_BYTES = 16 << 20;
  private static final int CONNECT_MILLIS = 3000;

  /** How long a connection with open calls may be silent before a ping checks it. */
  private static final Duration KEEP_ALIVE = Duration.ofSeconds(20);

  /** How long the answer to a ping may take before the connection and its calls end. */
  private static final Duration KEEP_ALIVE_TIMEOUT = Duration.ofSeconds(10);

  private static final Executor SOON =
      CompletableFuture.delayedExecutor(250, TimeUnit.MILLISECONDS);

  /** After so many tries, 10 s, even a connection that is half made is given up. */
  private static final int FRESH_START = 40;

  private static final Set<ConnectivityState> AWAY =
      Set.of(ConnectivityState.CONNECTING, ConnectivityState.TRANSIENT_FAILURE);

  private final ManagedChannel channel;

  private Connection(ManagedChannel channel) {
    this.channel = channel;
  }

  /**
   * Gives a channel, which the caller shuts down.
   *
   * @param address {@code host:port}
   */
  static ManagedChannel to(String address) {
    ManagedChannel channel =
        NettyChannelBuilder.forTarget("dns:///" + address)
            .usePlaintext()
            .maxInboundMessageSize(MAX_MESSAGE_BYTES)
            .withOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS)
            .keepAliveTime(KEEP_ALIVE.toMillis(), TimeUnit.MILLISECONDS)
            .keepAliveTimeout(KEEP_ALIVE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
            .build();
    new Connection(channel).watch();
    return channel;
  }

  /** Waits for the next time that the service is away. */
  private void watch() {
    ConnectivityState state = channel.getState(false);
    if (AWAY.contains(state)) {
      tryAgain(1);
    } else if (state != ConnectivityState.SHUTDOWN) {
      channel.notifyWhenStateChanged(state, this::watch);
    }
  }

  private void tryAgain(int tries) {
    SOON.execute(
        () -> {
          if (!AWAY.contains(channel.getState(false))) {
            watch();
            return;
          }
          try {
            if (tries % FRESH_START == 0) {
              channel.enterIdle();
              channel.getState(true);
            } else {
              channel.resetConnectBackoff();
            }
          } finally {
            tryAgain(tries + 1);
          }
        });
  }
}
