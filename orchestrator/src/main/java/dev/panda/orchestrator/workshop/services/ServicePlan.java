package dev.panda.orchestrator.workshop.services;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The services that a start is to bring up, and what each of them is told.
 *
 * @param preferences what a service is told of its reward models, by the service's name; a reward
 *     service that isn't here serves what it finds, and a base-model service holds none
 */
record ServicePlan(
    ServiceSet services, Map<String, String> preferences, ServiceOptions.Tuning tuning) {
  private static final String ORCHESTRATOR_HEAP = "512m";
  private static final String ALL = "*";

  /** Gives each service its ports. */
  static ServicePlan of(
      Path model, RewardPlan rewards, Ports.Chosen chosen, ServiceOptions.Tuning tuning) {
    Ports ports = new Ports(chosen.byOption().values());
    List<Service> services = new ArrayList<>();
    Map<String, String> preferences = new HashMap<>();
    if (rewards.held()) {
      preferences.put(Service.BASE_MODEL, ALL);
    }
    services.add(
        new Service(
            Service.BASE_MODEL, chosen.baseModel(), ports.take(chosen.http(), "--http-port")));
    for (RewardPlan.Served served : rewards.services()) {
      int port =
          served.service().equals(Service.REWARD)
              ? chosen.reward()
              : ports.take(chosen.reward(), "--reward-port");
      services.add(new Service(served.service(), port, ports.take(chosen.http(), "--http-port")));
      served.preference().ifPresent(folder -> preferences.put(served.service(), item(folder)));
    }
    services.add(new Service(Service.ORCHESTRATOR, chosen.grpc(), chosen.http()));
    return new ServicePlan(new ServiceSet(model, services), Map.copyOf(preferences), tuning);
  }

  /** The options of a service's JVM. */
  List<String> javaOptions(Service service) {
    List<String> options = new ArrayList<>();
    boolean orchestrates = service.name().equals(Service.ORCHESTRATOR);
    options.add("-Xmx" + (orchestrates ? ORCHESTRATOR_HEAP : tuning.memory()));
    options.add("-Dquarkus.grpc.server.port=" + service.port());
    options.add("-Dquarkus.http.port=" + service.healthPort());
    if (orchestrates) {
      options.add("-Dpanda.orchestrator.base-model=" + services.baseModel().address());
      options.add("-Dpanda.orchestrator.rewards=" + String.join(",", services.rewardAddresses()));
      return options;
    }
    String prefix = "-Dpanda." + (service.rewards() ? "reward" : "base-model") + ".";
    options.add(prefix + "model=" + services.model());
    tuning
        .byKey()
        .forEach((key, value) -> value.ifPresent(set -> options.add(prefix + key + "=" + set)));
    Optional.ofNullable(preferences.get(service.name()))
        .ifPresent(names -> options.add(prefix + "preferences=" + names));
    return options;
  }

  /** An item of a list whose items commas part. */
  private static String item(Path folder) {
    return folder.toString().replace("\\", "\\\\").replace(",", "\\,");
  }
}
