package dev.panda.orchestrator.serving.routing;

import dev.panda.orchestrator.serving.port.PreferenceSource;
import dev.panda.orchestrator.serving.port.RewardDescription;
import dev.panda.orchestrator.serving.port.ServedPreference;
import dev.panda.orchestrator.serving.port.ServiceException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The preferences that the reward services serve. If several services have a preference of one
 * name, the first one serves it. A service that did not answer matters only if a preference is
 * missing.
 */
public final class PreferenceRoutes {
  private final Map<String, Route> byName = new TreeMap<>();
  private ServiceException unreachable;

  /** The answer of a service. */
  sealed interface Answer {}

  record Served(PreferenceSource client, RewardDescription description) implements Answer {}

  record Unreachable(ServiceException failure) implements Answer {}

  PreferenceRoutes(List<Answer> answers) {
    for (Answer answer : answers) {
      if (answer instanceof Served served) {
        add(served.client, served.description);
      } else {
        unreachable = ((Unreachable) answer).failure;
      }
    }
  }

  private void add(PreferenceSource client, RewardDescription service) {
    for (ServedPreference preference : service.preferences()) {
      byName.putIfAbsent(preference.model().preference(), new Route(client, service, preference));
    }
  }

  /** Whether the services serve all of these. */
  public boolean have(List<String> preferences) {
    return byName.keySet().containsAll(preferences);
  }

  /**
   * Gives the preferences in the order of their names.
   *
   * @throws ServiceException if a service did not answer
   */
  public List<ServedPreference> all() {
    if (unreachable != null) {
      throw unreachable;
    }
    return byName.values().stream().map(Route::preference).toList();
  }

  /**
   * Finds the service of a preference; empty if no service has it.
   *
   * @throws ServiceException if a service that may have it did not answer
   */
  public Optional<Route> find(String preference) {
    Route route = byName.get(preference);
    if (route == null && unreachable != null) {
      throw unreachable;
    }
    return Optional.ofNullable(route);
  }
}
