package dev.panda.orchestrator.serving.client;

import io.grpc.ManagedChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class ConnectionTest {
  /** gRPC alone would need 34 s at least for as many. */
  private static final int TRIES = 8;

  @Test
  @Timeout(value = 25, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void aServiceThatIsAwayIsTriedAgainSoon() throws IOException {
    try (ServerSocket port = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      ManagedChannel channel = Connection.to("127.0.0.1:" + port.getLocalPort());
      try {
        channel.getState(true);
        for (int i = 0; i < TRIES; i++) {
          port.accept().close();
        }
      } finally {
        channel.shutdownNow();
      }
    }
  }
}
