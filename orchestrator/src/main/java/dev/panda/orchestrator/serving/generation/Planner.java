package dev.panda.orchestrator.serving.generation;

import dev.panda.answer.Reason;
import dev.panda.answer.RefusedException;
import dev.panda.orchestrator.serving.decoding.RewardSum;
import dev.panda.orchestrator.serving.decoding.WeightedReward;
import dev.panda.orchestrator.serving.decoding.lambda.Constant;
import dev.panda.orchestrator.serving.decoding.lambda.LambdaFunction;
import dev.panda.orchestrator.serving.generation.GenerationRequest.Drafting;
import dev.panda.orchestrator.serving.port.BaseModel;
import dev.panda.orchestrator.serving.port.BaseModelDescription;
import dev.panda.orchestrator.serving.port.PreferenceSource;
import dev.panda.orchestrator.serving.port.RewardDescription;
import dev.panda.orchestrator.serving.routing.PreferenceDirectory;
import dev.panda.orchestrator.serving.routing.PreferenceRoutes;
import dev.panda.orchestrator.serving.routing.Route;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Finds the models that a request names, and checks that they fit the request and each other.
 *
 * @param patience how long a service that has no room is asked again
 */
record Planner(BaseModel base, PreferenceDirectory directory, Patience patience) {
  private static final int DEFAULT_K = 10;

  /** A base-model service takes no longer texts. */
  private static final int CHARACTERS_A_TOKEN = 16;

  /**
   * Plans a generation.
   *
   * @throws RefusedException if the request does not fit the models
   * @throws dev.panda.orchestrator.serving.port.ServiceException if a service does not answer
   */
  Plan plan(GenerationRequest request) {
    BaseModelDescription model = base.describe();
    List<Route> routes = routes(request.preferences());
    Map<PreferenceSource, List<Integer>> bySource = bySource(routes);
    requireTaken(bySource, routes);
    requireSameTokenizer(model, routes);
    int k = k(request, model, routes);
    int[] prompt = prompt(request.prompt(), model);
    requireRoom(request, prompt.length, model, routes);
    List<WeightedReward> terms = new ArrayList<>();
    for (int j = 0; j < routes.size(); j++) {
      terms.add(
          new WeightedReward(
              routes.get(j).preference().model(), request.preferences().get(j).weight()));
    }
    return new Plan(
        request,
        base,
        model,
        prompt,
        routes,
        bySource,
        new RewardSum(terms, request.rewardUnit()),
        lambdas(request, routes),
        k,
        likely(request, model),
        patience);
  }

  private int[] likely(GenerationRequest request, BaseModelDescription model) {
    Optional<String> likely = request.drafting().flatMap(Drafting::likely);
    if (likely.isEmpty() || model.ahead().draft() == 0) {
      return new int[0];
    }
    int most = CHARACTERS_A_TOKEN * model.contextLength();
    if (likely.get().length() > most) {
      throw RefusedException.field(
          "draft", likely.get().length() + " characters", "at most " + most);
    }
    return base.tokenizeContinuation(likely.get());
  }

  private List<Route> routes(List<NamedWeight> preferences) {
    if (preferences.isEmpty()) {
      return List.of();
    }
    PreferenceRoutes known = directory.known();
    PreferenceRoutes served =
        known.have(preferences.stream().map(NamedWeight::name).toList())
            ? known
            : directory.current();
    List<Route> routes = new ArrayList<>();
    for (NamedWeight preference : preferences) {
      String field = "preferences[%d].name".formatted(routes.size());
      routes.add(
          served
              .find(preference.name())
              .orElseThrow(
                  () ->
                      new RefusedException(
                          Reason.PREFERENCE_NOT_SERVED,
                          field,
                          preference.name(),
                          expected(served))));
    }
    return routes;
  }

  private static String expected(PreferenceRoutes served) {
    List<String> names = served.all().stream().map(p -> p.model().preference()).toList();
    return names.isEmpty()
        ? "no preference, as no reward model is served; train-reward makes one, which is served"
            + " once the services start again"
        : "one of " + names;
  }

  private Map<PreferenceSource, List<Integer>> bySource(List<Route> routes) {
    Map<PreferenceSource, List<Integer>> bySource = new LinkedHashMap<>();
    for (PreferenceSource source : directory.sources()) {
      List<Integer> places =
          IntStream.range(0, routes.size())
              .filter(j -> routes.get(j).client() == source)
              .boxed()
              .toList();
      if (!places.isEmpty()) {
        bySource.put(source, places);
      }
    }
    return bySource;
  }

  private static void requireTaken(
      Map<PreferenceSource, List<Integer>> bySource, List<Route> routes) {
    for (List<Integer> places : bySource.values()) {
      int most = routes.get(places.get(0)).service().maxPreferences();
      if (places.size() > most) {
        throw RefusedException.field(
            "preferences",
            places.size() + " of one service",
            "at most " + most + ", as it is set up");
      }
    }
  }

  private static void requireSameTokenizer(BaseModelDescription model, List<Route> routes) {
    for (int j = 0; j < routes.size(); j++) {
      RewardDescription service = routes.get(j).service();
      if (!service.tokenizerFingerprint().equals(model.tokenizerFingerprint())) {
        throw new RefusedException(
            Reason.TOKENIZERS_DIFFER,
            "preferences[%d].name".formatted(j),
            "%s, read from %s with tokenizer %s"
                .formatted(
                    routes.get(j).preference().model().preference(),
                    service.backboneId(),
                    brief(service.tokenizerFingerprint())),
            "the tokenizer of the base model %s, %s"
                .formatted(model.id(), brief(model.tokenizerFingerprint())));
      }
    }
  }

  private static String brief(String fingerprint) {
    return fingerprint.substring(0, Math.min(12, fingerprint.length()));
  }

  private static int k(GenerationRequest request, BaseModelDescription model, List<Route> routes) {
    int most = model.maxCandidates();
    for (Route route : routes) {
      most = Math.min(most, route.service().maxCandidates());
    }
    int k = request.k().orElse(Math.min(DEFAULT_K, most));
    if (k > most) {
      throw RefusedException.field("k", k, "1 to " + most + ", as the services are set up");
    }
    return k;
  }

  private int[] prompt(Prompt prompt, BaseModelDescription model) {
    int[] ids;
    if (prompt instanceof Prompt.Text text) {
      ids = base.tokenize(text.text());
    } else if (prompt instanceof Prompt.Chat chat) {
      ids = base.renderChat(chat.messages());
    } else {
      ids = inVocabulary(((Prompt.Tokens) prompt).ids(), model.vocabularySize());
    }
    if (ids.length == 0) {
      throw RefusedException.field("prompt", "no tokens", "at least one");
    }
    return ids;
  }

  private static int[] inVocabulary(int[] ids, int vocabularySize) {
    for (int i = 0; i < ids.length; i++) {
      if (ids[i] < 0 || ids[i] >= vocabularySize) {
        throw RefusedException.field(
            "tokens.ids[%d]".formatted(i), ids[i], "0 to " + (vocabularySize - 1));
      }
    }
    return ids;
  }

  private static void requireRoom(
      GenerationRequest request, int promptTokens, BaseModelDescription model, List<Route> routes) {
    int context = model.contextLength();
    for (Route route : routes) {
      context = Math.min(context, route.service().contextLength());
    }
    if (promptTokens >= context) {
      throw RefusedException.field(
          "prompt", promptTokens + " tokens", "fewer than the context length, " + context);
    }
    if (request.maxTokens() > context - promptTokens) {
      throw RefusedException.field(
          "max_tokens",
          request.maxTokens(),
          "at most %d, the context length %d less the prompt's %d tokens"
              .formatted(context - promptTokens, context, promptTokens));
    }
  }

  /**
   * Gives the request's Λ. If the request names none, Λ is one constant, the mean of the strengths
   * that the preferences' cards recommend (paper, Algorithm 1, line 3).
   */
  private static List<LambdaFunction> lambdas(GenerationRequest request, List<Route> routes) {
    if (!request.method().usesLambdas() || !request.lambdas().isEmpty()) {
      return request.lambdas();
    }
    double strength =
        routes.stream().mapToDouble(r -> r.preference().defaultStrength()).average().orElse(0);
    return List.of(new Constant(strength));
  }
}
