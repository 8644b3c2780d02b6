package dev.panda.orchestrator.serving.routing;

import dev.panda.orchestrator.serving.port.RewardDescription;
import dev.panda.orchestrator.serving.port.RewardModels;
import dev.panda.orchestrator.serving.port.ServiceException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Knows what the reward services serve. It asks all of them at the same time and keeps their
 * answers for a few seconds. If a service failed to answer, it is asked again in the background;
 * nobody waits for it if the other services have the preferences in question. Any number of threads
 * may use it.
 */
public final class PreferenceDirectory {
  private final List<Asked> services;

  /**
   * Asks the services at the first use.
   *
   * @param clients the services in the order of their precedence
   * @param freshness how long an answer is kept
   */
  public PreferenceDirectory(List<? extends RewardModels> clients, Duration freshness) {
    services = clients.stream().map(client -> new Asked(client, freshness)).toList();
  }

  /** Gives routes that are a few seconds old at most. */
  public PreferenceRoutes known() {
    return routes(services.stream().map(Asked::known).toList());
  }

  /** Asks the services and gives the routes of now. */
  public PreferenceRoutes current() {
    return routes(services.stream().map(Asked::current).toList());
  }

  private PreferenceRoutes routes(List<CompletableFuture<RewardDescription>> answers) {
    List<PreferenceRoutes.Answer> all = new ArrayList<>();
    for (int i = 0; i < answers.size(); i++) {
      all.add(answer(services.get(i).client, answers.get(i)));
    }
    return new PreferenceRoutes(all);
  }

  private static PreferenceRoutes.Answer answer(
      RewardModels client, CompletableFuture<RewardDescription> answer) {
    try {
      return new PreferenceRoutes.Served(client, answer.join());
    } catch (CompletionException e) {
      if (e.getCause() instanceof ServiceException failure) {
        return new PreferenceRoutes.Unreachable(failure);
      }
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }

  /** A service with its last answer. */
  private static final class Asked {
    private final RewardModels client;
    private final long freshNanos;

    // Guarded by this.
    private CompletableFuture<RewardDescription> question;
    private CompletableFuture<RewardDescription> answer;
    private long answered;

    Asked(RewardModels client, Duration freshness) {
      this.client = client;
      this.freshNanos = freshness.toNanos();
    }

    synchronized CompletableFuture<RewardDescription> known() {
      if (answer != null && System.nanoTime() - answered < freshNanos) {
        return answer;
      }
      CompletableFuture<RewardDescription> asked = current();
      return answer != null && answer.isCompletedExceptionally() ? answer : asked;
    }

    synchronized CompletableFuture<RewardDescription> current() {
      if (question == null) {
        CompletableFuture<RewardDescription> asked = client.describe();
        question = asked;
        CompletableFuture<RewardDescription> unused =
            asked.whenComplete((description, failure) -> keep(asked));
      }
      return question == null ? answer : question;
    }

    private synchronized void keep(CompletableFuture<RewardDescription> completed) {
      answer = completed;
      answered = System.nanoTime();
      question = null;
    }
  }
}
