package dev.panda.orchestrator.workshop.services;

import dev.panda.orchestrator.workshop.cli.CommandFailure;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/**
 * Starts services and waits until they are healthy. If that fails, or this process ends before,
 * none is left. Closing this stops them, too, unless they are left running.
 */
final class Start implements AutoCloseable {
  private static final int LAST_WORDS = 15;
  private static final long POLL_MILLIS = 100;

  private final Launcher launcher;
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
  Start(Launcher launcher, PrintWriter err, Runnable ifInterrupted) {
    this.launcher = launcher;
    this.run = launcher.run();
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
   * @return what was started
   * @throws CommandFailure if one ends, or is not healthy in time
   */
  StartReport start(ServicePlan plan, Duration patience) throws IOException, InterruptedException {
    List<Service> services = plan.services().services();
    long begun = System.nanoTime();
    synchronized (this) {
      requireGoingOn();
      run.begin(plan.services());
      for (Service service : services) {
        launcher.start(service, plan.javaOptions(service));
      }
    }
    Map<String, Duration> healthyAfter = new HashMap<>();
    List<Service> waiting = new ArrayList<>(services);
    try (StartProgress progress = new StartProgress(err, run, plan.services())) {
      while (true) {
        Duration since = Duration.ofNanos(System.nanoTime() - begun);
        for (Service service : List.copyOf(waiting)) {
          if (Health.isReady(service.healthPort())) {
            waiting.remove(service);
            healthyAfter.put(service.name(), since);
          }
        }
        // What answers there may be another program, which took the port.
        requireAlive(services, progress);
        if (waiting.isEmpty()) {
          return new StartReport(run, plan.services(), healthyAfter);
        }
        if (since.compareTo(patience) >= 0) {
          throw late(waiting.get(0), since, progress);
        }
        progress.show(waiting);
        Thread.sleep(POLL_MILLIS);
      }
    }
  }

  private CommandFailure late(Service service, Duration since, StartProgress progress) {
    return failed(
        service,
        "the %s service isn't healthy after %d s".formatted(service.name(), since.toSeconds()),
        "Give it longer with --start-timeout. ",
        progress);
  }

  private void requireAlive(List<Service> services, StartProgress progress)
      throws InterruptedException {
    for (Service service : services) {
      if (!run.isRunning(service.name())) {
        synchronized (this) {
          requireGoingOn();
        }
        throw failed(
            service,
            "the %s service ended while it started; its last words stand above"
                .formatted(service.name()),
            "",
            progress);
      }
    }
  }

  /** The shutdown hook ends the process: what is going on here is nothing to report. */
  private void requireGoingOn() throws InterruptedException {
    while (stopped) {
      wait();
    }
  }

  private CommandFailure failed(
      Service service, String what, String remedy, StartProgress progress) {
    progress.close();
    err.println("--- " + run.log(service.name()).getFileName());
    new ServiceLog(run.log(service.name())).lastWords(LAST_WORDS).forEach(err::println);
    err.println("---");
    return new CommandFailure(what, remedy + "The whole log: " + run.log(service.name()));
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
