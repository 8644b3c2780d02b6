package dev.panda.orchestrator.serving.routing;

import dev.panda.orchestrator.serving.port.PreferenceSource;
import dev.panda.orchestrator.serving.port.RewardDescription;
import dev.panda.orchestrator.serving.port.ServiceException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * Knows what the reward services serve. It asks all of them at the same time and keeps their
 * answers for a few seconds. If a service failed to answer, it is asked again in the background;
 * nobody waits for it if the other services have the preferences in question. Any number of threads
 * may use it.
 */
public final class PreferenceDirectory {

  /** A service with what it last said. */
  private record Asked(PreferenceSource client, SharedAnswer<RewardDescription> answer) {}

  private final List<Asked> services;

  /**
   * Asks the services at the first use.
   *
   * @param clients the services in the order of their precedence
   * @param freshness how long an answer is kept
   */
  public PreferenceDirectory(List<? extends PreferenceSource> clients, Duration freshness) {
    services = new ArrayList<>();
    for (PreferenceSource client : clients) {
      services.add(new Asked(client, new SharedAnswer<>(client::describe, freshness)));
    }
  }

  /** The services in the order of their precedence. */
  public List<PreferenceSource> sources() {
    return services.stream().map(Asked::client).toList();
  }

  /** Gives routes that are a few seconds old if the services answer. */
  public PreferenceRoutes known() {
    return routes(SharedAnswer::known);
  }

  /** Asks the services and gives the routes of now. */
  public PreferenceRoutes current() {
    return routes(SharedAnswer::current);
  }

  /** Asks the services in the background. */
  public void refresh() {
    for (Asked service : services) {
      CompletableFuture<RewardDescription> unused = service.answer.current();
    }
  }

  /** For each service in order, why it does not answer; empty if it does. */
  public List<Optional<String>> failures() {
    return services.stream().map(service -> service.answer.failure()).toList();
  }

  private PreferenceRoutes routes(
      Function<SharedAnswer<RewardDescription>, CompletableFuture<RewardDescription>> ask) {
    List<CompletableFuture<RewardDescription>> answers =
        services.stream().map(service -> ask.apply(service.answer)).toList();
    List<PreferenceRoutes.Answer> all = new ArrayList<>();
    for (int i = 0; i < answers.size(); i++) {
      all.add(answer(services.get(i).client, answers.get(i)));
    }
    return new PreferenceRoutes(all);
  }

  private static PreferenceRoutes.Answer answer(
      PreferenceSource client, CompletableFuture<RewardDescription> answer) {
    try {
      return new PreferenceRoutes.Served(client, SharedAnswer.await(answer));
    } catch (ServiceException failure) {
      return new PreferenceRoutes.Unreachable(failure);
    }
  }
}
