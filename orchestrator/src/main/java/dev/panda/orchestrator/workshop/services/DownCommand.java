package dev.panda.orchestrator.workshop.services;

import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Stops the services. */
@Command(
    name = "down",
    description = "Stops the services that `deploy/panda up` started, and nothing else.",
    footer = "  deploy/panda down")
public final class DownCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    PrintWriter err = spec.commandLine().getErr();
    List<String> stopped = Stop.of(Installation.ofProcess().run(), err).all();
    err.println(
        stopped.isEmpty()
            ? "Nothing runs that `deploy/panda up` started."
            : "Stopped: " + String.join(" ", stopped) + ".");
    return 0;
  }
}
