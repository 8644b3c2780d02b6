package dev.panda.orchestrator.workshop.services;

import dev.panda.transformer.workshop.cli.ProgressConsole;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import me.tongfei.progressbar.ProgressBar;
import picocli.CommandLine.Help.Ansi;

/**
 * Shows how far services have loaded, if that takes more than two seconds: as a bar on a terminal,
 * or else as a line every few seconds.
 */
final class StartProgress implements AutoCloseable {
  private static final Duration QUIET = Duration.ofSeconds(2);
  private static final Duration BETWEEN_LINES = Duration.ofSeconds(5);
  private static final int WHOLE = 100;

  private final PrintWriter err;
  private final RunFolder run;
  private final List<Service> models;
  private final boolean terminal = Ansi.AUTO.enabled();
  private final long begun = System.nanoTime();
  private Duration next = QUIET;
  private ProgressBar bar;

  StartProgress(PrintWriter err, RunFolder run, ServiceSet services) {
    this.err = err;
    this.run = run;
    this.models = services.services().stream().filter(Service::hasModel).toList();
  }

  /**
   * Shows the present state.
   *
   * @param waiting the services that are not healthy yet
   */
  void show(List<Service> waiting) {
    Duration since = Duration.ofNanos(System.nanoTime() - begun);
    if (since.compareTo(next) < 0) {
      return;
    }
    String words = waiting.stream().map(this::words).collect(Collectors.joining(", "));
    if (!terminal) {
      err.println("  after %d s: %s".formatted(since.toSeconds(), words));
      next = since.plus(BETWEEN_LINES);
      return;
    }
    if (bar == null) {
      bar =
          new ProgressConsole().bar("Loading").setInitialMax((long) WHOLE * models.size()).build();
    }
    bar.stepTo(
        models.stream().mapToInt(model -> waiting.contains(model) ? percent(model) : WHOLE).sum());
    bar.setExtraMessage(" " + words);
  }

  private int percent(Service service) {
    return log(service).loading().map(ServiceLog.Loading::percent).orElse(0);
  }

  private String words(Service service) {
    String state =
        service.hasModel()
            ? log(service).loading().map(ServiceLog.Loading::words).orElse("starting")
            : "waiting";
    return service.name() + " " + state;
  }

  private ServiceLog log(Service service) {
    return new ServiceLog(run.log(service.name()));
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
      bar = null;
    }
  }
}
