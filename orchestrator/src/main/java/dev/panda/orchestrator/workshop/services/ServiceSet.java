package dev.panda.orchestrator.workshop.services;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;

/**
 * Services that are started together and know each other's addresses.
 *
 * @param model absolute path of what they serve
 * @param services in the order in which they are started; the base-model service is the first, the
 *     orchestrator the last
 */
record ServiceSet(Path model, List<Service> services) {

  ServiceSet {
    services = List.copyOf(services);
  }

  Service baseModel() {
    return services.get(0);
  }

  /** The reward services; none if the model has no reward models. */
  List<Service> rewards() {
    return services.stream().filter(Service::rewards).toList();
  }

  boolean uses(int port) {
    return services.stream().anyMatch(s -> s.port() == port || s.healthPort() == port);
  }

  List<String> rewardAddresses() {
    return rewards().stream().map(Service::address).toList();
  }

  Service orchestrator() {
    return services.get(services.size() - 1);
  }

  /** For the file from which other commands learn where the services are. */
  Properties toProperties() {
    Properties properties = new Properties();
    properties.setProperty("model", model.toString());
    properties.setProperty(
        "services", String.join(",", services.stream().map(Service::name).toList()));
    for (Service service : services) {
      properties.setProperty(service.name() + ".port", Integer.toString(service.port()));
      properties.setProperty(
          service.name() + ".health-port", Integer.toString(service.healthPort()));
    }
    return properties;
  }

  /** Reads what {@link #toProperties} wrote; empty if it is something else. */
  static Optional<ServiceSet> of(Properties properties) {
    try {
      List<Service> services = new ArrayList<>();
      for (String name : properties.getProperty("services", "").split(",", -1)) {
        services.add(
            new Service(
                name,
                Integer.parseInt(properties.getProperty(name + ".port")),
                Integer.parseInt(properties.getProperty(name + ".health-port"))));
      }
      return Optional.of(new ServiceSet(Path.of(properties.getProperty("model")), services));
    } catch (NumberFormatException | NullPointerException incomplete) {
      return Optional.empty();
    }
  }
}
