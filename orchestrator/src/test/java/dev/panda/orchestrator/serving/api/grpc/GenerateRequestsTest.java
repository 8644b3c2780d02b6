package dev.panda.orchestrator.serving.api.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.panda.answer.RefusedException;
import dev.panda.api.generation.v1.BaseScore;
import dev.panda.api.generation.v1.Chat;
import dev.panda.api.generation.v1.ChatMessage;
import dev.panda.api.generation.v1.ConstantLambda;
import dev.panda.api.generation.v1.CosineLambda;
import dev.panda.api.generation.v1.ExponentialLambda;
import dev.panda.api.generation.v1.GenerateRequest;
import dev.panda.api.generation.v1.KlBudgetLambda;
import dev.panda.api.generation.v1.LambdaFunction;
import dev.panda.api.generation.v1.LambdaMode;
import dev.panda.api.generation.v1.Method;
import dev.panda.api.generation.v1.TokenIds;
import dev.panda.api.generation.v1.WarmUpLambda;
import dev.panda.api.generation.v1.WeightedPreference;
import dev.panda.orchestrator.serving.decoding.RewardUnit;
import dev.panda.orchestrator.serving.generation.GenerationRequest;
import java.util.Collections;
import org.junit.jupiter.api.Test;

class GenerateRequestsTest {
  private static final GenerateRequest PANDA =
      GenerateRequest.newBuilder().setText("x").addPreferences(named("kind")).build();

  @Test
  void refusesAtOnceMoreTokensThanAnyContextHas() {
    GenerateRequest longest =
        GenerateRequest.newBuilder()
            .setTokens(TokenIds.newBuilder().addAllIds(Collections.nCopies(1 << 20, 5)))
            .build();
    GenerateRequests.requireReadable(longest);
    GenerateRequest.Builder longer = longest.toBuilder();
    longer.getTokensBuilder().addIds(5);

    assertThatThrownBy(() -> GenerateRequests.requireReadable(longer.build()))
        .isInstanceOf(RefusedException.class)
        .hasMessage("tokens.ids: 1048577 tokens (expected: at most 1048576)");
  }

  @Test
  void fillsInTheDefaults() {
    GenerationRequest request = GenerateRequests.parse(PANDA);

    assertThat(request.method())
        .isEqualTo(dev.panda.orchestrator.serving.generation.DecodingMethod.PANDA);
    assertThat(request.baseScore())
        .isEqualTo(dev.panda.orchestrator.serving.decoding.BaseScore.LOG_PROBABILITY);
    assertThat(request.rewardUnit()).isEqualTo(RewardUnit.NORMALISED);
    assertThat(request.k()).isEmpty();
    assertThat(request.maxTokens()).isEqualTo(128);
    assertThat(request.lambdas()).isEmpty();
    assertThat(request.perLambda()).isEmpty();
    assertThat(request.preferences().get(0).weight()).isEqualTo(1);
    assertThat(request.pruning()).isTrue();
    assertThat(request.seed()).isNotNegative();
  }

  @Test
  void argsTakesLogitsAndRawRewards() {
    GenerationRequest request =
        GenerateRequests.parse(with().setMethod(Method.METHOD_ARGS_GREEDY).build());

    assertThat(request.baseScore())
        .isEqualTo(dev.panda.orchestrator.serving.decoding.BaseScore.LOGIT);
    assertThat(request.rewardUnit()).isEqualTo(RewardUnit.RAW);
    assertThat(request.argsWeight()).isEqualTo(1);
  }

  @Test
  void defaultStrengthsAreNotForRawRewards() {
    GenerateRequest.Builder raw =
        with().setRewardUnit(dev.panda.api.generation.v1.RewardUnit.REWARD_UNIT_RAW);
    refuses(raw.clone(), "lambdas: none (expected: at least one with REWARD_UNIT_RAW");

    GenerateRequests.parse(
        raw.addLambdas(LambdaFunction.newBuilder().setConstant(ConstantLambda.getDefaultInstance()))
            .build());
  }

  @Test
  void boundsTheCandidatesThatAreKeptUntilAResponseIsChosen() {
    GenerateRequest.Builder best =
        with().setMethod(Method.METHOD_BEST_OF_N).setAllCandidates(true).setN(64).setK(8);
    refuses(best.setMaxTokens(129), "all_candidates: 66048 candidates (expected: at most 65536");

    assertThat(GenerateRequests.parse(best.setMaxTokens(128).build()).allCandidates()).isTrue();
    assertThat(
            GenerateRequests.parse(best.setMaxTokens(129).setAllCandidates(false).build())
                .maxTokens())
        .isEqualTo(129);
  }

  @Test
  void refusesFieldsOutOfTheirBounds() {
    refuses(with().clearPrompt(), "prompt: unset");
    refuses(with().setText(""), "text: empty");
    refuses(with().setTokens(TokenIds.getDefaultInstance()), "tokens.ids: empty");
    refuses(with().setChat(Chat.getDefaultInstance()), "chat.messages: none");
    refuses(with().setChat(chat("assistant", "x")), "chat.messages[0].role: assistant");
    refuses(with().setChat(chat("user", " ")), "chat.messages[0].content: empty");
    refuses(with().setK(0), "k: 0 (expected: 1 to 256)");
    refuses(with().setK(257), "k: 257");
    refuses(with().setMaxTokens(0), "max_tokens: 0 (expected: >= 1)");
    refuses(with().setMaxTokens(-1), "max_tokens: -1");
    refuses(with().addStop("a").addStop(""), "stop[1]: empty");
    refuses(with().addPreferences(named("kind")), "preferences[1].name: kind");
    refuses(
        with().addPreferences(named("b").toBuilder().setWeight(Double.NaN)),
        "preferences[1].weight: NaN");
    refuses(with().setMethodValue(77), "method: 77");
    refuses(with().setBaseScoreValue(77), "base_score: 77");
    refuses(with().setRewardUnitValue(77), "reward_unit: 77");
    refuses(with().setLambdaModeValue(77), "lambda_mode: 77");
    refuses(sampling().setTemperature(0), "temperature: 0.0");
    refuses(sampling().setTemperature(1e-310), "temperature: 1.0E-310 (expected: a finite number");
    refuses(sampling().setTemperature(Double.NaN), "temperature: NaN");
    refuses(sampling().setTopP(1.5), "top_p: 1.5");
    refuses(with().setMethod(Method.METHOD_BEST_OF_N).setN(65), "n: 65 (expected: 1 to 64)");
  }

  @Test
  void refusesTheParametersOfLambdaFunctionsByTheirPath() {
    refuses(with().addLambdas(LambdaFunction.getDefaultInstance()), "lambdas[0]: unset");
    refuses(
        with().addLambdas(constant(Double.NaN)), "lambdas[0].strength: NaN (expected: a finite");
    refuses(
        with()
            .addLambdas(constant(1))
            .addLambdas(
                LambdaFunction.newBuilder()
                    .setExponential(ExponentialLambda.newBuilder().setStrength(1))),
        "lambdas[1].time_constant: 0.0");
    refuses(
        with().addLambdas(LambdaFunction.newBuilder().setWarmUp(WarmUpLambda.newBuilder())),
        "lambdas[0].steps: 0");
    refuses(
        with()
            .addLambdas(
                LambdaFunction.newBuilder().setCosine(CosineLambda.newBuilder().setSteps(-2))),
        "lambdas[0].steps: -2");
    refuses(
        with()
            .addLambdas(
                LambdaFunction.newBuilder().setKlBudget(KlBudgetLambda.newBuilder().setBudget(-1))),
        "lambdas[0].budget: -1.0");
    GenerateRequest.Builder many = with();
    for (int i = 0; i < 17; i++) {
      many.addLambdas(constant(i));
    }
    refuses(many, "lambdas: 17 functions (expected: at most 16)");
  }

  @Test
  void refusesWhatTheMethodDoesNotUse() {
    refuses(
        with().setTemperature(0.5),
        "temperature: set (expected: unset with METHOD_PANDA; used with METHOD_SAMPLING,"
            + " METHOD_BEST_OF_N)");
    refuses(with().setTopP(0.5), "top_p: set");
    refuses(with().setN(4), "n: set");
    refuses(with().setArgsWeight(2), "args_weight: set");
    refuses(with().setMaxMeanKl(2), "max_mean_kl: set");
    refuses(sampling().addLambdas(constant(1)), "lambdas: set");
    refuses(
        sampling().setLambdaMode(LambdaMode.LAMBDA_MODE_PER_LAMBDA),
        "lambda_mode: set (expected: unset with METHOD_SAMPLING; used with METHOD_PANDA)");
    refuses(
        with()
            .setMethod(Method.METHOD_ARGS_GREEDY)
            .setBaseScore(BaseScore.BASE_SCORE_LOG_PROBABILITY),
        "base_score: BASE_SCORE_LOG_PROBABILITY");
  }

  @Test
  void refusesToDrawWhereDrawingIsNotDefined() {
    GenerateRequest.Builder stochastic = with().setMethod(Method.METHOD_PANDA_STOCHASTIC);

    refuses(
        stochastic.clone().addLambdas(constant(1)).addLambdas(constant(2)), "lambdas: 2 functions");
    refuses(stochastic.clone().setBaseScore(BaseScore.BASE_SCORE_PROBABILITY), "base_score: BASE");
  }

  @Test
  void needsPreferencesWhereTheMethodUsesRewards() {
    refuses(with().clearPreferences(), "preferences: none");
    refuses(with().clearPreferences().setMethod(Method.METHOD_BEST_OF_N), "preferences: none");

    assertThat(
            GenerateRequests.parse(
                    with().clearPreferences().setMethod(Method.METHOD_GREEDY).build())
                .preferences())
        .isEmpty();
  }

  private static void refuses(GenerateRequest.Builder request, String message) {
    assertThatThrownBy(() -> GenerateRequests.parse(request.build()))
        .isInstanceOf(RefusedException.class)
        .hasMessageStartingWith(message);
  }

  private static GenerateRequest.Builder with() {
    return PANDA.toBuilder();
  }

  private static GenerateRequest.Builder sampling() {
    return with().setMethod(Method.METHOD_SAMPLING);
  }

  private static Chat chat(String role, String content) {
    return Chat.newBuilder()
        .addMessages(ChatMessage.newBuilder().setRole(role).setContent(content))
        .build();
  }

  private static WeightedPreference named(String name) {
    return WeightedPreference.newBuilder().setName(name).build();
  }

  private static LambdaFunction constant(double strength) {
    return LambdaFunction.newBuilder()
        .setConstant(ConstantLambda.newBuilder().setStrength(strength))
        .build();
  }
}
