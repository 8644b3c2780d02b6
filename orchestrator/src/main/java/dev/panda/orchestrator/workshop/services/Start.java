package dev.panda.orchestrator.workshop.services;

import dev.panda.orchestrator.workshop.cli.CommandFailure;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Help.Ansi;

/**
 * Starts services and waits until they are healthy. If that fails, or this process ends before,
 * none is left. Closing this stops them, too, unless they are left running.
 */
final class Start implements AutoCloseable {
  private static final int LAST_WORDS = 15;
  private static final long POLL_MILLIS = 200;

  private final Installation installation;
  private final RunFolder run;
  private final PrintWriter err;
  private final Thread atEnd;

  // Guarded by this.
  private boolean stopped;

  /**
   * Starts nothing yet.
   *
   * @param ifInterrupted runs after the services are stopped, if the process ends before this is
   *     closed
   */
  Start(Installation installation, RunFolder run, PrintWriter err, Runnable ifInterrupted) {
    this.installation = installation;
    this.run = run;
    this.err = err;
    this.atEnd =
        new Thread(
            () -> {
              stop();
              ifInterrupted.run();
            },
            "stops the services");
    Runtime.getRuntime().addShutdownHook(atEnd);
  }

  /**
   * Starts the services, all at the same time, and waits for them.
   *
   * @throws CommandFailure if one ends, or is not healthy in time
   */
  void start(ServicePlan plan, Duration patience) throws IOException, InterruptedException {
    Launcher launcher = new Launcher(installation, run);
    List<Service> services = plan.services().services();
    synchronized (this) {
      requireGoingOn();
      run.begin(plan.services());
      for (Service service : services) {
        launcher.start(service, plan.javaOptions(service));
      }
    }
    long begun = System.nanoTime();
    for (Service service : services) {
      while (!Health.isReady(service.healthPort())) {
        requireAlive(services);
        long seconds = Duration.ofNanos(System.nanoTime() - begun).toSeconds();
        if (seconds >= patience.toSeconds()) {
          throw failed(
              service,
              "the %s service isn't healthy after %d s".formatted(service.name(), seconds),
              "Give it longer with --start-timeout. ");
        }
        note("  starting %s · %d s".formatted(service.name(), seconds));
        Thread.sleep(POLL_MILLIS);
      }
      // What answers there may be another program, which took the port.
      requireAlive(services);
    }
    note("");
  }

  private void requireAlive(List<Service> services) throws InterruptedException {
    for (Service service : services) {
      if (!run.isRunning(service.name())) {
        synchronized (this) {
          requireGoingOn();
        }
        throw failed(
            service,
            "the %s service ended while it started; its last words stand above"
                .formatted(service.name()),
            "");
      }
    }
  }

  /** The shutdown hook ends the process: what is going on here is nothing to report. */
  private void requireGoingOn() throws InterruptedException {
    while (stopped) {
      wait();
    }
  }

  private CommandFailure failed(Service service, String what, String remedy) {
    note("");
    err.println("--- " + run.log(service.name()).getFileName());
    lastWords(service).forEach(err::println);
    err.println("---");
    return new CommandFailure(what, remedy + "The whole log: " + run.log(service.name()));
  }

  private List<String> lastWords(Service service) {
    try {
      byte[] log = Files.readAllBytes(run.log(service.name()));
      List<String> lines = new String(log, StandardCharsets.UTF_8).lines().toList();
      return lines.subList(Math.max(0, lines.size() - LAST_WORDS), lines.size());
    } catch (IOException none) {
      return List.of("(no log: " + none.getMessage() + ")");
    }
  }

  /** One line that is written over, on a terminal only. */
  private void note(String text) {
    if (Ansi.AUTO.enabled()) {
      err.print("\r\033[K" + text);
      err.flush();
    }
  }

  /** Leaves the services running when this is closed. */
  synchronized void leaveRunning() {
    stopped = true;
  }

  private synchronized void stop() {
    if (!stopped) {
      stopped = true;
      Stop.of(run, err).all();
    }
  }

  /**
   * Stops the services. While the process ends, this does not return: nothing is to be reported.
   */
  @Override
  public void close() {
    stop();
    try {
      Runtime.getRuntime().removeShutdownHook(atEnd);
    } catch (IllegalStateException ending) {
      while (true) {
        LockSupport.park(this);
      }
    }
  }
}
