package dev.panda.orchestrator.workshop.services;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Tells what a start has brought up: a line for each service, with its address, the format of its
 * weights, how long it took and its resident memory.
 *
 * @param healthyAfter for each service by its name
 */
record StartReport(RunFolder run, ServiceSet services, Map<String, Duration> healthyAfter) {
  private static final String NOT_KNOWN = "";

  List<String> lines() {
    List<String> lines = new ArrayList<>(List.of("Healthy:"));
    int names = services.services().stream().mapToInt(s -> s.name().length()).max().orElse(0);
    for (Service service : services.services()) {
      lines.add(
          "  %%-%ds  %%-15s  %%-8s  %%5.1f s  %%7s"
              .formatted(names)
              .formatted(
                  service.name(),
                  service.address(),
                  new ServiceLog(run.log(service.name())).numerics().orElse(NOT_KNOWN),
                  healthyAfter.get(service.name()).toMillis() / 1e3,
                  run.process(service.name()).flatMap(ResidentMemory::of).orElse(NOT_KNOWN))
              .stripTrailing());
    }
    return lines;
  }
}
