package dev.panda.orchestrator.workshop.services;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.panda.orchestrator.workshop.cli.CommandFailure;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PortsTest {
  @Test
  void takesTheFirstFreePortAndNoneTwice() throws IOException {
    try (ServerSocket busy = listen()) {
      int port = busy.getLocalPort();
      assertThat(Ports.isListening(port)).isTrue();

      Ports ports = new Ports(Set.of(port + 1));

      int first = ports.take(port, "--port");
      assertThat(first).isGreaterThan(port + 1);
      assertThat(ports.take(port, "--port")).isGreaterThan(first);
    }
  }

  @Test
  void aProgramThatTakesNoFurtherCallsListensAllTheSame() throws IOException {
    List<Socket> waiting = new ArrayList<>();
    try (ServerSocket busy = listen()) {
      for (int i = 0; i < 4; i++) {
        Socket socket = new Socket();
        waiting.add(socket);
        try {
          socket.connect(busy.getLocalSocketAddress(), 100);
        } catch (SocketTimeoutException full) {
          break;
        }
      }
      assertThat(Ports.isListening(busy.getLocalPort())).isTrue();
    } finally {
      for (Socket socket : waiting) {
        socket.close();
      }
    }
  }

  @Test
  void saysWhereNoneIsLeft() {
    assertThatThrownBy(() -> new Ports(List.of(65535)).take(65535, "--http-port"))
        .isInstanceOf(CommandFailure.class)
        .hasMessage("--http-port: no free port from 65535 on");
  }

  @Test
  void refusesAPortInUseAndNamesItsOption() throws IOException {
    try (ServerSocket busy = listen()) {
      Ports.Chosen ports = new Ports.Chosen(1, 2, busy.getLocalPort(), 3);

      assertThatThrownBy(() -> ports.requireFree(services(busy.getLocalPort())))
          .isInstanceOfSatisfying(
              CommandFailure.class,
              failure -> assertThat(failure.remedy()).contains("--base-model-port"))
          .hasMessage("port " + busy.getLocalPort() + ": in use by another program");
      ports.requireFree(services(4));
      assertThat(ports.orNextFree().baseModel()).isGreaterThan(busy.getLocalPort());
      assertThat(ports.orNextFree().grpc()).isEqualTo(1);
    }
  }

  private static ServiceSet services(int baseModel) {
    return new ServiceSet(
        Path.of("/models/tiny"), List.of(new Service("base-model", baseModel, 5)));
  }

  private static ServerSocket listen() throws IOException {
    return new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
  }
}
