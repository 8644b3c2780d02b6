package dev.panda.orchestrator.serving.api.grpc;

import dev.panda.answer.RefusedException;
import dev.panda.api.generation.v1.GenerateRequest;
import dev.panda.api.generation.v1.LambdaMode;
import dev.panda.api.generation.v1.WeightedPreference;
import dev.panda.orchestrator.serving.decoding.BaseScore;
import dev.panda.orchestrator.serving.decoding.RewardUnit;
import dev.panda.orchestrator.serving.decoding.lambda.LambdaFunction;
import dev.panda.orchestrator.serving.generation.DecodingMethod;
import dev.panda.orchestrator.serving.generation.GenerationRequest;
import dev.panda.orchestrator.serving.generation.GenerationRequest.Drafting;
import dev.panda.orchestrator.serving.generation.GenerationRequest.PerLambda;
import dev.panda.orchestrator.serving.generation.GenerationRequest.Sampling;
import dev.panda.orchestrator.serving.generation.NamedWeight;
import dev.panda.orchestrator.serving.generation.Prompt;
import dev.panda.orchestrator.serving.port.ChatMessage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Parses requests into records that are within all bounds. It refuses a field that the method does
 * not use.
 */
final class GenerateRequests {
  private static final int MOST_CANDIDATES = 256;
  private static final int MOST_DEFAULT_CANDIDATES = 10;
  private static final int MOST_STOPS = 8;
  private static final int MOST_RESPONSES = 64;
  private static final int MOST_PREFERENCES = 16;
  private static final int DEFAULT_MAX_TOKENS = 128;
  private static final int DEFAULT_RESPONSES = 8;

  /** Below this, a draw is always the likeliest token; further below, its numbers overflow. */
  private static final double LEAST_TEMPERATURE = 0.001;

  /** Candidates that all responses together may keep until one response is chosen. */
  private static final int MOST_KEPT_CANDIDATES = 1 << 16;

  /** More tokens than any model's context has. */
  private static final int MOST_TOKENS = 1 << 20;

  private GenerateRequests() {}

  /**
   * Refuses at once what no model could read; {@link #parse} and the services take their time.
   *
   * @throws RefusedException if the prompt is longer than any context
   */
  static void requireReadable(GenerateRequest request) {
    int tokens = request.getTokens().getIdsCount();
    if (tokens > MOST_TOKENS) {
      throw RefusedException.field("tokens.ids", tokens + " tokens", "at most " + MOST_TOKENS);
    }
  }

  /**
   * Parses a request.
   *
   * @throws RefusedException if a field is out of its bounds
   */
  static GenerationRequest parse(GenerateRequest request) {
    DecodingMethod method = method(request);
    requireOnlyWhatIsUsed(request, method);
    List<LambdaFunction> lambdas = LambdaFunctions.parse(request.getLambdasList());
    BaseScore baseScore = baseScore(request, method);
    RewardUnit rewardUnit = rewardUnit(request, method);
    if (method == DecodingMethod.PANDA_STOCHASTIC) {
      requireDrawable(lambdas, baseScore);
    }
    if (method.usesLambdas() && lambdas.isEmpty() && rewardUnit == RewardUnit.RAW) {
      throw RefusedException.field(
          "lambdas",
          "none",
          "at least one with REWARD_UNIT_RAW, as default strengths are of normalised rewards");
    }
    requireFewCandidates(request, lambdas.size());
    return new GenerationRequest(
        prompt(request),
        preferences(request, method),
        method,
        lambdas,
        perLambda(request),
        baseScore,
        rewardUnit,
        request.hasK()
            ? Optional.of(within("k", request.getK(), MOST_CANDIDATES))
            : Optional.empty(),
        request.hasMaxTokens()
            ? within("max_tokens", request.getMaxTokens(), Integer.MAX_VALUE)
            : DEFAULT_MAX_TOKENS,
        stops(request.getStopList()),
        request.hasSeed() ? request.getSeed() : new SplittableRandom().nextLong() >>> 1,
        sampling(request),
        request.hasArgsWeight() ? finite("args_weight", request.getArgsWeight()) : 1,
        request.getAllCandidates(),
        !request.getNoPruning(),
        drafting(request));
  }

  private static DecodingMethod method(GenerateRequest request) {
    return switch (request.getMethod()) {
      case METHOD_UNSPECIFIED, METHOD_PANDA -> DecodingMethod.PANDA;
      case METHOD_PANDA_STOCHASTIC -> DecodingMethod.PANDA_STOCHASTIC;
      case METHOD_GREEDY -> DecodingMethod.GREEDY;
      case METHOD_SAMPLING -> DecodingMethod.SAMPLING;
      case METHOD_ARGS_GREEDY -> DecodingMethod.ARGS_GREEDY;
      case METHOD_ARGS_STOCHASTIC -> DecodingMethod.ARGS_STOCHASTIC;
      case METHOD_BEST_OF_N -> DecodingMethod.BEST_OF_N;
      case UNRECOGNIZED ->
          throw RefusedException.field("method", request.getMethodValue(), "one of the methods");
    };
  }

  private static void requireOnlyWhatIsUsed(GenerateRequest request, DecodingMethod method) {
    refuseUnless(DecodingMethod::usesLambdas, request.getLambdasCount() > 0, "lambdas", method);
    refuseUnless(DecodingMethod::samples, request.hasTemperature(), "temperature", method);
    refuseUnless(DecodingMethod::samples, request.hasTopP(), "top_p", method);
    refuseUnless(DecodingMethod.BEST_OF_N::equals, request.hasN(), "n", method);
    refuseUnless(DecodingMethod::isArgs, request.hasArgsWeight(), "args_weight", method);
    boolean perLambda = request.getLambdaMode() == LambdaMode.LAMBDA_MODE_PER_LAMBDA;
    refuseUnless(DecodingMethod.PANDA::equals, perLambda, "lambda_mode", method);
    if (request.hasMaxMeanKl() && !perLambda) {
      throw RefusedException.field(
          "max_mean_kl", "set", "unset, or set with LAMBDA_MODE_PER_LAMBDA");
    }
  }

  private static void refuseUnless(
      Predicate<DecodingMethod> used, boolean set, String field, DecodingMethod method) {
    if (set && !used.test(method)) {
      String users =
          Arrays.stream(DecodingMethod.values())
              .filter(used)
              .map(user -> "METHOD_" + user)
              .collect(Collectors.joining(", "));
      throw RefusedException.field(
          field, "set", "unset with METHOD_%s; used with %s".formatted(method, users));
    }
  }

  private static void requireDrawable(List<LambdaFunction> lambdas, BaseScore baseScore) {
    if (lambdas.size() > 1) {
      throw RefusedException.field(
          "lambdas", lambdas.size() + " functions", "one with METHOD_PANDA_STOCHASTIC");
    }
    if (baseScore == BaseScore.PROBABILITY) {
      throw RefusedException.field(
          "base_score",
          "BASE_SCORE_PROBABILITY",
          "BASE_SCORE_LOG_PROBABILITY or BASE_SCORE_LOGIT with METHOD_PANDA_STOCHASTIC");
    }
  }

  /** The candidates of responses that are only sent at the end are kept until then. */
  private static void requireFewCandidates(GenerateRequest request, int lambdas) {
    boolean perLambda = request.getLambdaMode() == LambdaMode.LAMBDA_MODE_PER_LAMBDA;
    boolean bestOfN = request.getMethod() == dev.panda.api.generation.v1.Method.METHOD_BEST_OF_N;
    if (!request.getAllCandidates() || !(perLambda || bestOfN)) {
      return;
    }
    long responses = perLambda ? lambdas : request.hasN() ? request.getN() : DEFAULT_RESPONSES;
    long kept =
        responses
            * (request.hasMaxTokens() ? request.getMaxTokens() : DEFAULT_MAX_TOKENS)
            * (request.hasK() ? request.getK() : MOST_DEFAULT_CANDIDATES);
    if (kept > MOST_KEPT_CANDIDATES) {
      throw RefusedException.field(
          "all_candidates",
          "%d candidates".formatted(kept),
          "at most %d in all responses together".formatted(MOST_KEPT_CANDIDATES));
    }
  }

  private static Prompt prompt(GenerateRequest request) {
    return switch (request.getPromptCase()) {
      case TEXT -> {
        if (request.getText().isEmpty()) {
          throw RefusedException.field("text", "empty", "at least one character");
        }
        yield new Prompt.Text(request.getText());
      }
      case CHAT -> chat(request);
      case TOKENS -> {
        if (request.getTokens().getIdsCount() == 0) {
          throw RefusedException.field("tokens.ids", "empty", "at least one token");
        }
        yield new Prompt.Tokens(
            request.getTokens().getIdsList().stream().mapToInt(Integer::intValue).toArray());
      }
      case PROMPT_NOT_SET ->
          throw RefusedException.field("prompt", "unset", "one of text, chat and tokens");
    };
  }

  private static Prompt chat(GenerateRequest request) {
    List<ChatMessage> messages =
        request.getChat().getMessagesList().stream()
            .map(m -> new ChatMessage(m.getRole(), m.getContent()))
            .toList();
    if (messages.isEmpty()) {
      throw RefusedException.field("chat.messages", "none", "at least one");
    }
    int last = messages.size() - 1;
    if (!messages.get(last).role().equals("user")) {
      throw RefusedException.field(
          "chat.messages[%d].role".formatted(last),
          messages.get(last).role(),
          "user, in the last message");
    }
    if (messages.get(last).content().isBlank()) {
      throw RefusedException.field(
          "chat.messages[%d].content".formatted(last), "empty", "what is asked");
    }
    return new Prompt.Chat(messages);
  }

  private static List<NamedWeight> preferences(GenerateRequest request, DecodingMethod method) {
    if (request.getPreferencesCount() == 0 && method.needsPreferences()) {
      throw RefusedException.field("preferences", "none", "at least one with METHOD_" + method);
    }
    if (request.getPreferencesCount() > MOST_PREFERENCES) {
      throw RefusedException.field(
          "preferences", request.getPreferencesCount(), "at most " + MOST_PREFERENCES);
    }
    Set<String> names = new HashSet<>();
    List<NamedWeight> preferences = new ArrayList<>();
    for (WeightedPreference preference : request.getPreferencesList()) {
      String field = "preferences[%d].".formatted(preferences.size());
      if (!names.add(preference.getName())) {
        throw RefusedException.field(field + "name", preference.getName(), "all different");
      }
      double weight = preference.hasWeight() ? finite(field + "weight", preference.getWeight()) : 1;
      preferences.add(new NamedWeight(preference.getName(), weight));
    }
    return preferences;
  }

  private static Optional<PerLambda> perLambda(GenerateRequest request) {
    return switch (request.getLambdaMode()) {
      case LAMBDA_MODE_UNSPECIFIED, LAMBDA_MODE_JOINT -> Optional.empty();
      case LAMBDA_MODE_PER_LAMBDA -> {
        double most = request.hasMaxMeanKl() ? request.getMaxMeanKl() : 1;
        if (!(most >= 0)) {
          throw RefusedException.field("max_mean_kl", most, ">= 0");
        }
        yield Optional.of(new PerLambda(most));
      }
      case UNRECOGNIZED ->
          throw RefusedException.field(
              "lambda_mode", request.getLambdaModeValue(), "one of the modes");
    };
  }

  private static BaseScore baseScore(GenerateRequest request, DecodingMethod method) {
    BaseScore baseScore =
        switch (request.getBaseScore()) {
          case BASE_SCORE_UNSPECIFIED ->
              method.isArgs() ? BaseScore.LOGIT : BaseScore.LOG_PROBABILITY;
          case BASE_SCORE_LOG_PROBABILITY -> BaseScore.LOG_PROBABILITY;
          case BASE_SCORE_LOGIT -> BaseScore.LOGIT;
          case BASE_SCORE_PROBABILITY -> BaseScore.PROBABILITY;
          case UNRECOGNIZED ->
              throw RefusedException.field(
                  "base_score", request.getBaseScoreValue(), "one of the base scores");
        };
    if (method.isArgs() && baseScore != BaseScore.LOGIT) {
      throw RefusedException.field(
          "base_score", "BASE_SCORE_" + baseScore, "BASE_SCORE_LOGIT with METHOD_" + method);
    }
    return baseScore;
  }

  private static RewardUnit rewardUnit(GenerateRequest request, DecodingMethod method) {
    return switch (request.getRewardUnit()) {
      case REWARD_UNIT_UNSPECIFIED -> method.isArgs() ? RewardUnit.RAW : RewardUnit.NORMALISED;
      case REWARD_UNIT_NORMALISED -> RewardUnit.NORMALISED;
      case REWARD_UNIT_RAW -> RewardUnit.RAW;
      case UNRECOGNIZED ->
          throw RefusedException.field(
              "reward_unit", request.getRewardUnitValue(), "one of the units");
    };
  }

  private static List<String> stops(List<String> stops) {
    if (stops.size() > MOST_STOPS) {
      throw RefusedException.field("stop", stops.size() + " strings", "at most " + MOST_STOPS);
    }
    int empty = stops.indexOf("");
    if (empty >= 0) {
      throw RefusedException.field("stop[%d]".formatted(empty), "empty", "at least one character");
    }
    return stops;
  }

  private static Sampling sampling(GenerateRequest request) {
    double temperature = request.hasTemperature() ? request.getTemperature() : 1;
    if (!(temperature >= LEAST_TEMPERATURE && Double.isFinite(temperature))) {
      throw RefusedException.field(
          "temperature", temperature, "a finite number, at least " + LEAST_TEMPERATURE);
    }
    double topP = request.hasTopP() ? request.getTopP() : 1;
    if (!(topP > 0 && topP <= 1)) {
      throw RefusedException.field("top_p", topP, "in (0, 1]");
    }
    int responses =
        request.hasN() ? within("n", request.getN(), MOST_RESPONSES) : DEFAULT_RESPONSES;
    return new Sampling(temperature, topP, responses);
  }

  private static Optional<Drafting> drafting(GenerateRequest request) {
    if (request.getNoDrafting() && request.hasDraft()) {
      throw RefusedException.field("draft", "set", "unset with no_drafting");
    }
    return request.getNoDrafting()
        ? Optional.empty()
        : Optional.of(
            new Drafting(
                request.hasDraft() && !request.getDraft().isEmpty()
                    ? Optional.of(request.getDraft())
                    : Optional.empty()));
  }

  private static int within(String field, int value, int most) {
    if (value < 1 || value > most) {
      throw RefusedException.field(
          field, value, most == Integer.MAX_VALUE ? ">= 1" : "1 to " + most);
    }
    return value;
  }

  private static double finite(String field, double value) {
    if (!Double.isFinite(value)) {
      throw RefusedException.field(field, value, "a finite number");
    }
    return value;
  }
}
