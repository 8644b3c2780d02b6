package dev.panda.orchestrator.workshop.services;

import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Tells how the services are. */
@Command(
    name = "status",
    description =
        "Tells for each of the services that `deploy/panda up` started whether it runs and is"
            + " healthy, with its address, and the model and preferences that are served.",
    exitCodeList = {"0:all are healthy", "1:not all are healthy", "2:wrong usage"},
    footer = "  deploy/panda status")
public final class StatusCommand implements Callable<Integer> {
  private static final int NOT_HEALTHY = 1;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    RunFolder run = Installation.ofProcess().run();
    Optional<ServiceSet> services = run.settings();
    if (services.isEmpty()) {
      List.of(Service.BASE_MODEL, Service.REWARD, Service.ORCHESTRATOR)
          .forEach(name -> print(name, Service.ORCHESTRATOR.length(), "not running"));
      return NOT_HEALTHY;
    }
    boolean healthy = true;
    int width = services.get().services().stream().mapToInt(s -> s.name().length()).max().orElse(0);
    for (Service service : services.get().services()) {
      boolean ready = Health.isReady(service.healthPort()) && run.isRunning(service.name());
      healthy &= ready;
      print(service.name(), width, state(run, service, ready));
    }
    return healthy ? preferences(services.get()) : NOT_HEALTHY;
  }

  private static String state(RunFolder run, Service service, boolean ready) {
    Optional<ProcessHandle> process = run.process(service.name());
    if (process.isEmpty()) {
      return run.wasStarted(service.name())
          ? "ended; its log: " + run.log(service.name())
          : "not running";
    }
    return ready
        ? "healthy    %s  process %d".formatted(service.address(), process.get().pid())
        : "running, not healthy; its log: " + run.log(service.name());
  }

  private void print(String service, int width, String state) {
    PrintWriter out = spec.commandLine().getOut();
    out.println(service + " ".repeat(width - service.length()) + "  " + state);
  }

  private int preferences(ServiceSet services) {
    return spec.commandLine()
        .getParent()
        .getSubcommands()
        .get("preferences")
        .execute("--endpoint", services.orchestrator().address());
  }
}
