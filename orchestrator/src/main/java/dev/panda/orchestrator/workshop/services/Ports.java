package dev.panda.orchestrator.workshop.services;

import dev.panda.orchestrator.workshop.cli.CommandFailure;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Chooses ports of loopback, none of them twice. */
final class Ports {
  private static final int MOST = 65535;
  private static final int CONNECT_MILLIS = 1000;

  private final Set<Integer> taken = new TreeSet<>();

  /** Keeps ports from being chosen. */
  Ports(Iterable<Integer> taken) {
    taken.forEach(this.taken::add);
  }

  /**
   * Takes the first free port from {@code port} on.
   *
   * @param option by which the user can choose it
   * @throws CommandFailure if there is none
   */
  int take(int port, String option) {
    int free = port;
    while (taken.contains(free) || isListening(free)) {
      if (++free > MOST) {
        throw new CommandFailure(
            "%s: no free port from %d on".formatted(option, port), "Choose a lower one.");
      }
    }
    taken.add(free);
    return free;
  }

  /** Whether a program listens on this port. */
  static boolean isListening(int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), CONNECT_MILLIS);
      return true;
    } catch (SocketTimeoutException busy) {
      return true;
    } catch (IOException refused) {
      return false;
    }
  }

  /**
   * The ports that a user can choose.
   *
   * @param grpc the orchestrator's
   * @param http the orchestrator's
   * @param baseModel the base-model service's, for gRPC
   * @param reward the reward service's, for gRPC
   */
  record Chosen(int grpc, int http, int baseModel, int reward) {

    /** Each under its option. */
    Map<String, Integer> byOption() {
      Map<String, Integer> ports = new LinkedHashMap<>();
      ports.put("--port", grpc);
      ports.put("--http-port", http);
      ports.put("--base-model-port", baseModel);
      ports.put("--reward-port", reward);
      return ports;
    }

    /**
     * Refuses ports in use among those that the services get.
     *
     * @throws CommandFailure if a program listens on one of them
     */
    void requireFree(ServiceSet services) {
      byOption()
          .forEach(
              (option, port) -> {
                if (services.uses(port) && isListening(port)) {
                  throw new CommandFailure(
                      "port " + port + ": in use by another program",
                      "End that program, or choose another port with " + option + ".");
                }
              });
    }

    /** These, each of which gives way to the next free one if it is in use. */
    Chosen orNextFree() {
      Ports ports = new Ports(Set.of());
      return new Chosen(
          ports.take(grpc, "--port"),
          ports.take(http, "--http-port"),
          ports.take(baseModel, "--base-model-port"),
          ports.take(reward, "--reward-port"));
    }
  }
}
