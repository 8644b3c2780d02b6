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
 * Asks the reward services, all at the same time, what they serve. Their answers are good for a few
 * seconds. One that failed to answer is asked again beside, and not waited for where the others
 * have what is looked for. Any number of threads may use it.
 */
public final class PreferenceDirectory {
  private final List<Asked> services;

  /**
   * Asks at the first use.
   *
   * @param clients the first to be asked first
   * @param freshness how long an answer is good for
   */
  public PreferenceDirectory(List<? extends RewardModels> clients, Duration freshness) {
    services = clients.stream().map(client -> new Asked(client, freshness)).toList();
  }

  /** The routes as they were some seconds ago at most. */
  public PreferenceRoutes known() {
    return routes(services.stream().map(Asked::known).toList());
  }

  /** The routes as they are now. */
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

  /** A service, and when it answered what. */
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
