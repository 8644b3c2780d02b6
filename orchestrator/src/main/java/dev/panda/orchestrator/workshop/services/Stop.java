package dev.panda.orchestrator.workshop.services;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Stops services, and nothing that isn't one.
 *
 * @param patience how long a service may take to stop before it is killed
 */
record Stop(RunFolder run, Duration patience, PrintWriter err) {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  static Stop of(RunFolder run, PrintWriter err) {
    return new Stop(run, PATIENCE, err);
  }

  /**
   * Stops all services of the folder, the orchestrator first, and waits until they have ended.
   *
   * @return the names of those that ran
   */
  List<String> all() {
    List<String> stopped = new ArrayList<>();
    List<ProcessHandle> processes = new ArrayList<>();
    for (String service : inOrder(run.started())) {
      Optional<ProcessHandle> process = run.process(service);
      process.ifPresent(
          running -> {
            running.destroy();
            stopped.add(service);
            processes.add(running);
          });
    }
    for (int i = 0; i < processes.size(); i++) {
      await(stopped.get(i), processes.get(i));
    }
    try {
      run.clear();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return stopped;
  }

  /** The orchestrator, which asks the others, before them; the base-model service last. */
  private static List<String> inOrder(List<String> started) {
    List<String> order = new ArrayList<>(started);
    if (order.remove(Service.ORCHESTRATOR)) {
      order.add(0, Service.ORCHESTRATOR);
    }
    if (order.remove(Service.BASE_MODEL)) {
      order.add(Service.BASE_MODEL);
    }
    return order;
  }

  private void await(String service, ProcessHandle process) {
    try {
      process.onExit().get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException tooLong) {
      err.println(
          "%s did not stop within %d s; ending it.".formatted(service, patience.toSeconds()));
      process.destroyForcibly();
    } catch (InterruptedException stopWaiting) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }
}
