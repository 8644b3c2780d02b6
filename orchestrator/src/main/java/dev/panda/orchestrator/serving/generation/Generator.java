package dev.panda.orchestrator.serving.generation;

import dev.panda.answer.RefusedException;
import dev.panda.orchestrator.serving.decoding.Policy;
import dev.panda.orchestrator.serving.decoding.ResponseSelection;
import dev.panda.orchestrator.serving.decoding.RewardSpread;
import dev.panda.orchestrator.serving.port.BaseModel;
import dev.panda.orchestrator.serving.port.PreferenceSource;
import dev.panda.orchestrator.serving.port.RewardModels;
import dev.panda.orchestrator.serving.port.ServedPreference;
import dev.panda.orchestrator.serving.routing.HeldRewards;
import dev.panda.orchestrator.serving.routing.KnownModel;
import dev.panda.orchestrator.serving.routing.PreferenceDirectory;
import dev.panda.orchestrator.serving.routing.SharedAnswer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Generates responses. Any number of threads may use it. */
public final class Generator {
  /** How long a service's description is good for. */
  private static final Duration FRESHNESS = Duration.ofSeconds(5);

  private final KnownModel base;
  private final HeldRewards held;
  private final PreferenceDirectory directory;
  private final SharedAnswer<Offer> offer;
  private final Planner planner;
  private final Admission admission;

  /**
   * Generates with these models. The caller closes them after the last generation.
   *
   * @param rewards the reward services; if several serve a preference, the first one is asked, but
   *     the base model's own service comes before all
   * @param maxGenerations largest number of generations at a time; the generator refuses more
   * @param patience how long a service that has no room is asked again
   */
  public Generator(
      BaseModel base, List<? extends RewardModels> rewards, int maxGenerations, Patience patience) {
    this.base = new KnownModel(base, FRESHNESS);
    this.held = new HeldRewards(this.base);
    List<PreferenceSource> sources = new ArrayList<>(List.of(held));
    sources.addAll(rewards);
    this.directory = new PreferenceDirectory(sources, FRESHNESS);
    this.offer = new SharedAnswer<>(this::ask, Duration.ZERO);
    this.planner = new Planner(this.base, directory, patience);
    this.admission = new Admission(maxGenerations, rewards);
  }

  /** The model and the preferences that a request may name. */
  public record Offer(String modelId, List<ServedPreference> preferences) {}

  /**
   * Asks the services what they serve; all who ask at a time share the answer. It fails with {@link
   * dev.panda.orchestrator.serving.port.ServiceException} if a service does not answer.
   */
  public CompletableFuture<Offer> offer() {
    return offer.current();
  }

  private CompletableFuture<Offer> ask() {
    return CompletableFuture.supplyAsync(
        () -> new Offer(base.describe().id(), directory.current().all()),
        task -> new Thread(task, "listing").start());
  }

  /** Asks the services in the background how they are. */
  public void refresh() {
    base.refresh();
    directory.refresh();
  }

  /**
   * Which services answer.
   *
   * @param base why the base model does not answer; empty if it does
   * @param holdsPreferences whether the base model's service guides by itself
   * @param rewards as {@code base}, of each reward service, in order
   */
  public record Reachability(
      Optional<String> base, boolean holdsPreferences, List<Optional<String>> rewards) {
    /** Whether responses can be had, be it with some preferences only. */
    public boolean serves() {
      boolean guides = holdsPreferences || rewards.stream().anyMatch(Optional::isEmpty);
      return base.isEmpty() && (rewards.isEmpty() || guides);
    }
  }

  /** What the services said last; asks none. */
  public Reachability reachability() {
    List<Optional<String>> failures = directory.failures();
    return new Reachability(
        base.failure(), base.holdsPreferences(), failures.subList(1, failures.size()));
  }

  /**
   * Generates one response; blocks until it is finished.
   *
   * @param listener is given the response's tokens in order: each as it is chosen, or, if the
   *     method chooses among several responses, all of them at the end
   * @param workers threads that decode siblings, in the caller's gRPC context
   * @throws RefusedException if the request does not fit, or too many generations run
   * @throws dev.panda.orchestrator.serving.port.ServiceException if a service fails or refuses
   * @throws dev.panda.orchestrator.serving.decoding.DecodingException if a step cannot be decided
   */
  public Outcome generate(
      GenerationRequest request, Consumer<GeneratedToken> listener, Executor workers) {
    try (Admission.Place place = admission.enter(!request.preferences().isEmpty())) {
      Plan plan = planner.plan(request);
      place.need(plan.byService().keySet());
      return outcome(plan, responses(plan, listener, workers), listener);
    }
  }

  private List<Response> responses(Plan plan, Consumer<GeneratedToken> listener, Executor workers) {
    List<Supplier<Policy>> policies = Policies.of(plan);
    if (policies.size() == 1) {
      return scored(
          plan, List.of(new ResponseDecoding(plan, policies.get(0).get(), listener).run()));
    }
    return scored(plan, Siblings.decode(plan, policies, workers));
  }

  /** Asks for the rewards of whole responses, if they did not guide the responses. */
  private static List<Response> scored(Plan plan, List<Response> responses) {
    if (plan.routes().isEmpty() || plan.request().method().isGuided()) {
      return responses;
    }
    double[][] rewards = new WholeRewards(plan).of(responses);
    List<Integer> indifferent = indifferent(responses, rewards);
    List<Response> withRewards = new ArrayList<>();
    for (int i = 0; i < rewards.length; i++) {
      withRewards.add(responses.get(i).withRewards(rewards[i], indifferent));
    }
    return withRewards;
  }

  /** Places of the preferences that gave one reward to responses that differ. */
  private static List<Integer> indifferent(List<Response> responses, double[][] rewards) {
    RewardSpread spread = new RewardSpread(rewards[0].length);
    Map<List<Integer>, double[]> different = new LinkedHashMap<>();
    for (int i = 0; i < rewards.length; i++) {
      different.put(Arrays.stream(responses.get(i).tokenIds()).boxed().toList(), rewards[i]);
    }
    spread.add(different.values().stream().flatMapToDouble(Arrays::stream).toArray());
    return spread.indifferent();
  }

  private static Outcome outcome(
      Plan plan, List<Response> responses, Consumer<GeneratedToken> listener) {
    Response kept = responses.get(choose(plan, responses));
    if (responses.size() > 1) {
      kept.tokens().forEach(listener);
    }
    GenerationRequest request = plan.request();
    return new Outcome(
        kept,
        plan.routes().isEmpty()
            ? OptionalDouble.empty()
            : OptionalDouble.of(plan.rewards().weighted(kept.rewards())),
        plan.prompt().length,
        request.method().draws() ? OptionalLong.of(request.seed()) : OptionalLong.empty(),
        warnings(plan, kept),
        responses.stream().map(Response::work).reduce(Work.NONE, Work::plus));
  }

  private static List<String> warnings(Plan plan, Response kept) {
    boolean guided = plan.request().method().isGuided();
    List<String> warnings =
        new ArrayList<>(guided ? kept.diagnostics().warnings(plan.k()) : List.of());
    String indifferent =
        guided
            ? "candidates in every step (expected: different ones); it did not steer the response"
            : "responses (expected: different ones); it had no part in the choice";
    plan.preferences(kept.indifferent())
        .forEach(
            name ->
                warnings.add("preference %s: one reward for all %s".formatted(name, indifferent)));
    return warnings;
  }

  private static int choose(Plan plan, List<Response> responses) {
    if (responses.size() == 1) {
      return 0;
    }
    double[] rewards =
        responses.stream().mapToDouble(r -> plan.rewards().weighted(r.rewards())).toArray();
    return plan.request()
        .perLambda()
        .map(limit -> ResponseSelection.bestWithin(rewards, meanKls(responses), limit.maxMeanKl()))
        .orElseGet(() -> ResponseSelection.best(rewards));
  }

  private static double[] meanKls(List<Response> responses) {
    return responses.stream()
        .map(Response::meanKl)
        .mapToDouble(OptionalDouble::orElseThrow)
        .toArray();
  }
}
