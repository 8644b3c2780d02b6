package dev.panda.orchestrator.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** One of the three services, as packaged, in a process of its own. */
public final class ServiceProcess implements AutoCloseable {
  private static final String LISTENING = "Listening on:";
  private static final long PATIENCE_SECONDS = 90;
  private static final int LOWEST_PORT = 20_000;
  private static final int LOWEST_EPHEMERAL_PORT = 32_768;

  private final Process process;
  private final Queue<String> output = new ConcurrentLinkedQueue<>();
  private final CountDownLatch listening = new CountDownLatch(1);

  private ServiceProcess(Process process) {
    this.process = process;
    Thread reader = new Thread(this::read, "service output");
    reader.setDaemon(true);
    reader.start();
  }

  /**
   * Starts a service, its HTTP on a free port, and waits until it listens or has ended.
   *
   * @param module its Maven module
   * @param properties such as {@code quarkus.grpc.server.port=9001}
   */
  public static ServiceProcess start(String module, List<String> properties) {
    Path jar = Path.of("..", module, "target", "quarkus-app", "quarkus-run.jar");
    if (!Files.exists(jar)) {
      throw new AssertionError(jar + ": missing (expected: packaged before, as mvn verify does)");
    }
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElse("java"));
    command.add("-Xmx1g");
    command.add("-Dai.djl.pytorch.graph_optimizer=false");
    command.add("-Dquarkus.http.port=" + freePort());
    properties.forEach(property -> command.add("-D" + property));
    command.addAll(List.of("-jar", jar.toString()));
    try {
      ServiceProcess service =
          new ServiceProcess(new ProcessBuilder(command).redirectErrorStream(true).start());
      service.listening.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
      return service;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /**
   * A port of loopback that nothing listens on. It lies below those that systems give to outgoing
   * connections, so none of them takes it before the service starts.
   */
  public static int freePort() {
    return ThreadLocalRandom.current()
        .ints(LOWEST_PORT, LOWEST_EPHEMERAL_PORT)
        .filter(ServiceProcess::isFree)
        .findFirst()
        .orElseThrow();
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return socket.isBound();
    } catch (IOException inUse) {
      return false;
    }
  }

  private void read() {
    try (BufferedReader lines =
        new BufferedReader(
            new java.io.InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        output.add(line);
        if (line.contains(LISTENING)) {
          listening.countDown();
        }
      }
    } catch (IOException ended) {
      output.add(ended.getMessage());
    }
    listening.countDown();
  }

  /** What it wrote so far. */
  public String output() {
    return String.join("\n", output);
  }

  public long pid() {
    return process.pid();
  }

  /** Whether it has begun to listen. */
  public boolean hasListened() {
    return output().contains(LISTENING);
  }

  public boolean isRunning() {
    return process.isAlive();
  }

  /** Waits for its end; the exit code. */
  public int exitCode() throws InterruptedException {
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      throw new AssertionError("still running:\n" + output());
    }
    return process.exitValue();
  }

  /** Stops it where it stands, as a machine that hangs would; its connections stay open. */
  public void suspend() throws IOException, InterruptedException {
    signal("-STOP");
  }

  /** Lets it go on. */
  public void resume() throws IOException, InterruptedException {
    signal("-CONT");
  }

  private void signal(String name) throws IOException, InterruptedException {
    Process kill = new ProcessBuilder("kill", name, Long.toString(process.pid())).start();
    if (kill.waitFor() != 0) {
      throw new AssertionError("kill " + name + ": " + kill.exitValue() + " (expected: 0)");
    }
  }

  /** Asks it to end, as {@code down} and Kubernetes do, without waiting for it. */
  public void terminate() throws IOException, InterruptedException {
    signal("-TERM");
  }

  /** Kills it as a machine that fails would. */
  public void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(20, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
