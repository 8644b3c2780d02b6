package dev.panda.orchestrator.attack;

import dev.panda.orchestrator.testing.ServiceProcess;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A service that an attack may kill; it starts again at the same port. */
final class Service implements AutoCloseable {
  private final String module;
  private final int port = ServiceProcess.freePort();
  private final List<String> properties = new ArrayList<>();
  private final List<ManagedChannel> channels = new ArrayList<>();
  private ServiceProcess process;

  /** Starts it. */
  Service(String module, String... properties) {
    this.module = module;
    this.properties.add("quarkus.grpc.server.port=" + port);
    this.properties.addAll(List.of(properties));
    start();
  }

  /** Starts it unless it runs. */
  void start() {
    if (process == null || !process.isRunning()) {
      process = ServiceProcess.start(module, properties);
      if (!process.isRunning()) {
        throw new AssertionError(module + " did not start:\n" + process.output());
      }
    }
  }

  ServiceProcess process() {
    return process;
  }

  int port() {
    return port;
  }

  String address() {
    return "127.0.0.1:" + port;
  }

  /** A connection of its own. */
  ManagedChannel connect() {
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("127.0.0.1", port)
            .usePlaintext()
            .maxInboundMessageSize(64 << 20)
            .build();
    channels.add(channel);
    return channel;
  }

  /** Memory that the process has in use, in MB. */
  long residentMegabytes() {
    return status("VmRSS:") / 1024;
  }

  long threads() {
    return status("Threads:");
  }

  private long status(String key) {
    try (var lines = Files.lines(Path.of("/proc", Long.toString(process.pid()), "status"))) {
      return lines
          .filter(line -> line.startsWith(key))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
          .findFirst()
          .orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    channels.forEach(ManagedChannel::shutdownNow);
    process.close();
  }
}
