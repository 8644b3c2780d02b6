package dev.panda.orchestrator.workshop.services;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Stops services, and nothing that isn't one.
 *
 * @param patience how long a service may take to stop before it is killed
 */
record Stop(RunFolder run, Duration patience, PrintWriter err) {
  /** More than a service's own grace for calls under way. */
  private static final Duration PATIENCE = Duration.ofSeconds(40);

  static Stop of(RunFolder run, PrintWriter err) {
    return new Stop(run, PATIENCE, err);
  }

  /**
   * Stops all services of the folder, and waits until they have ended. The others go on until the
   * orchestrator, which asks them, has finished what it does.
   *
   * @return the names of those that ran
   */
  List<String> all() {
    List<String> order = inOrder(run.started());
    int first = order.contains(Service.ORCHESTRATOR) ? 1 : 0;
    List<String> stopped = new ArrayList<>(together(order.subList(0, first)));
    stopped.addAll(together(order.subList(first, order.size())));
    try {
      run.clear();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return stopped;
  }

  private List<String> together(List<String> services) {
    Map<String, ProcessHandle> processes = new LinkedHashMap<>();
    for (String service : services) {
      run.process(service).ifPresent(process -> processes.put(service, process));
    }
    processes.values().forEach(ProcessHandle::destroy);
    processes.forEach(this::await);
    return List.copyOf(processes.keySet());
  }

  /** The orchestrator before the others; the base-model service last. */
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
