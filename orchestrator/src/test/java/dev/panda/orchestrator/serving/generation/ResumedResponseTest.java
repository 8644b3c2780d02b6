package dev.panda.orchestrator.serving.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.panda.orchestrator.serving.decoding.BaseScore;
import dev.panda.orchestrator.serving.decoding.PolicyState;
import dev.panda.orchestrator.serving.decoding.RewardUnit;
import dev.panda.orchestrator.serving.decoding.lambda.Constant;
import dev.panda.orchestrator.serving.decoding.lambda.Linear;
import dev.panda.orchestrator.serving.generation.GenerationRequest.Drafting;
import dev.panda.orchestrator.serving.generation.GenerationRequest.Sampling;
import dev.panda.orchestrator.testing.InMemoryBaseModel;
import dev.panda.orchestrator.testing.InMemoryRewards;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.junit.jupiter.params.provider.MethodSource;

/** Responses that go on elsewhere from their accepted tokens, without a socket. */
class ResumedResponseTest {
  private static final int MAX_TOKENS = 40;

  private final InMemoryBaseModel base = new InMemoryBaseModel(-4);
  private final InMemoryRewards rewards = new InMemoryRewards();
  private final Interruptions responses = new Interruptions(base, List.of(rewards));

  @ParameterizedTest
  @EnumSource(value = DecodingMethod.class, names = "BEST_OF_N", mode = Mode.EXCLUDE)
  void endsAsIfItHadNotBeenInterrupted(DecodingMethod method) {
    GenerationRequest request = request(method, 11, true, List.of());
    Response whole = responses.whole(request);
    assertThat(whole.tokens()).hasSizeGreaterThan(30);

    for (int after = 1; after <= whole.tokens().size(); after++) {
      assertThat(resumed(request, after)).as("after %s tokens", after).isEqualTo(figures(whole));
    }
    assertThat(base.open()).isZero();
    assertThat(rewards.open()).isZero();
  }

  static Stream<GenerationRequest> others() {
    return Stream.of(
        request(DecodingMethod.PANDA, 3, false, List.of()),
        request(DecodingMethod.PANDA, 5, true, List.of("☃", "AB")),
        request(DecodingMethod.PANDA_STOCHASTIC, 6, true, List.of("q")));
  }

  @Test
  void tellsTheSameOfItsChoicesIfNothingIsPruned() {
    GenerationRequest request = request(DecodingMethod.PANDA, 3, false, List.of());
    Response whole = responses.whole(request);

    Response resumed = responses.interrupted(request, 7);

    assertThat(resumed.diagnostics()).isEqualTo(whole.diagnostics());
    assertThat(resumed.tokens())
        .extracting(GeneratedToken::choice)
        .isEqualTo(whole.tokens().stream().map(GeneratedToken::choice).toList());
  }

  @ParameterizedTest
  @MethodSource("others")
  void goesOnWithStopStringsAndWithoutPruning(GenerationRequest request) {
    Response whole = responses.whole(request);

    for (int after = 1; after <= whole.tokens().size(); after++) {
      assertThat(resumed(request, after)).as("after %s tokens", after).isEqualTo(figures(whole));
    }
  }

  @Test
  void endsAtItsEndTokenAndReadsItsRewardIfCandidatesAreEstimated() {
    Interruptions ending =
        new Interruptions(new InMemoryBaseModel(2.5), List.of(new InMemoryRewards()));
    GenerationRequest request = request(DecodingMethod.PANDA, 9, true, List.of(), "estimated");

    Response whole = ending.whole(request);

    assertThat(whole.finishReason()).isEqualTo(FinishReason.END_TOKEN);
    assertThat(whole.tokens()).hasSizeBetween(2, MAX_TOKENS - 1);
    for (int after = 1; after <= whole.tokens().size(); after++) {
      assertThat(figures(ending.interrupted(request, after)))
          .as("after %s tokens", after)
          .isEqualTo(figures(whole));
    }
  }

  @Test
  void goesOnWhereTheBaseModelsServiceHoldsTheRewardModels() {
    InMemoryBaseModel holding =
        new InMemoryBaseModel(-4, List.of("mean", "increment", "last", "estimated"));
    Interruptions inside = new Interruptions(holding, List.of());
    GenerationRequest pruned = request(DecodingMethod.PANDA, 11, true, List.of());
    Response whole = inside.whole(pruned);

    assertThat(whole.tokenIds()).isEqualTo(responses.whole(pruned).tokenIds());
    assertThat(holding.further()).isPositive();
    for (int after = 1; after <= whole.tokens().size(); after++) {
      Response resumed = inside.interrupted(pruned, after);
      assertThat(resumed.tokenIds()).as("after %s tokens", after).isEqualTo(whole.tokenIds());
      assertThat(resumed.rewards()).containsExactly(whole.rewards(), within(1e-9));
    }
    assertThat(holding.open()).isZero();
  }

  @Test
  void allRewardsComeAtOnceIfAllAreNeeded() {
    InMemoryBaseModel holding =
        new InMemoryBaseModel(-4, List.of("mean", "increment", "last", "estimated"));
    Interruptions inside = new Interruptions(holding, List.of());
    inside.whole(request(DecodingMethod.PANDA, 11, false, List.of()));
    inside.whole(request(DecodingMethod.PANDA_STOCHASTIC, 11, true, List.of()));

    assertThat(holding.further()).isZero();
  }

  @ParameterizedTest
  @EnumSource(
      value = DecodingMethod.class,
      names = {"GREEDY", "PANDA"})
  void opensItsStreamsWithTheAcceptedTokens(DecodingMethod method) {
    GenerationRequest request = request(method, 1, true, List.of());

    ResponseState state = responses.stateAfter(request, 7);
    responses.decoding(request, token -> {}, state).run();

    assertThat(base.opened()).hasSize(2);
    assertThat(base.opened().get(1)).hasSize(7).isEqualTo(state.acceptedIds());
  }

  @ParameterizedTest
  @EnumSource(
      value = DecodingMethod.class,
      names = {"SAMPLING", "PANDA_STOCHASTIC"})
  void drawsAnewWithoutThePolicysState(DecodingMethod method) {
    GenerationRequest request = request(method, 2, true, List.of());
    ResponseState state = responses.stateAfter(request, 7);

    ResponseState forgotten = new ResponseState(state.accepted(), PolicyState.START);
    Response forgetful = responses.decoding(request, token -> {}, forgotten).run();

    assertThat(figures(forgetful))
        .isNotEqualTo(figures(responses.decoding(request, token -> {}, state).run()));
  }

  /**
   * Text, tokens and rewards; what a step that prunes says of its choice depends on how much of the
   * response was scored, and so may differ after an interruption.
   */
  private static List<Object> figures(Response response) {
    List<Object> figures = new ArrayList<>();
    figures.add(response.text());
    figures.add(response.finishReason());
    for (double reward : response.rewards()) {
      figures.add(reward);
    }
    for (GeneratedToken token : response.tokens()) {
      figures.add(List.of(token.index(), token.id(), token.text(), token.logProbability()));
    }
    return figures;
  }

  private List<Object> resumed(GenerationRequest request, int after) {
    List<GeneratedToken> told = new ArrayList<>();
    ResponseState state = responses.stateAfter(request, after);
    Response response = responses.decoding(request, told::add, state).run();
    assertThat(told)
        .extracting(GeneratedToken::index)
        .isEqualTo(response.tokens().stream().skip(after).map(GeneratedToken::index).toList());
    return figures(response);
  }

  private static GenerationRequest request(
      DecodingMethod method, long seed, boolean pruning, List<String> stops) {
    return request(method, seed, pruning, stops, "mean", "increment", "last");
  }

  private static GenerationRequest request(
      DecodingMethod method,
      long seed,
      boolean pruning,
      List<String> stops,
      String... preferences) {
    double[] weights = {1, -0.5, 0.3};
    boolean args = method.isArgs();
    return new GenerationRequest(
        new Prompt.Text("Why?"),
        method.needsPreferences()
            ? IntStream.range(0, preferences.length)
                .mapToObj(j -> new NamedWeight(preferences[j], weights[j]))
                .toList()
            : List.of(),
        method,
        method == DecodingMethod.PANDA
            ? List.of(new Constant(0.5), new Linear(0.2, 0.1))
            : List.of(new Constant(1)),
        Optional.empty(),
        args ? BaseScore.LOGIT : BaseScore.LOG_PROBABILITY,
        args ? RewardUnit.RAW : RewardUnit.NORMALISED,
        Optional.of(8),
        MAX_TOKENS,
        stops,
        seed,
        new Sampling(1.5, 0.9, 1),
        1,
        false,
        pruning,
        Optional.of(new Drafting(Optional.empty())));
  }
}
