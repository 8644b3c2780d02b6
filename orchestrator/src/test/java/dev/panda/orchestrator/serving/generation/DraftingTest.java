package dev.panda.orchestrator.serving.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.panda.orchestrator.serving.decoding.BaseScore;
import dev.panda.orchestrator.serving.decoding.RewardUnit;
import dev.panda.orchestrator.serving.decoding.lambda.Constant;
import dev.panda.orchestrator.serving.decoding.lambda.LambdaFunction;
import dev.panda.orchestrator.serving.generation.GenerationRequest.Drafting;
import dev.panda.orchestrator.serving.generation.GenerationRequest.Sampling;
import dev.panda.orchestrator.testing.InMemoryBaseModel;
import dev.panda.orchestrator.testing.InMemoryRewards;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Responses of which several steps are computed at once, beside those that are not. */
class DraftingTest {
  private static final List<String> ALL = List.of("mean", "increment", "last", "estimated");
  private static final double NEVER = -99;

  private record Case(long seed) {
    GenerationRequest request(double strength, Optional<Drafting> drafting) {
      Random random = new Random(seed);
      DecodingMethod method = random.nextInt(4) == 0 ? DecodingMethod.GREEDY : DecodingMethod.PANDA;
      List<LambdaFunction> lambdas =
          method.usesLambdas() ? List.of(new Constant(strength)) : List.of();
      return new GenerationRequest(
          new Prompt.Tokens(random.ints(1 + random.nextInt(5), 1, 60).toArray()),
          ALL.stream()
              .filter(name -> name.equals("mean") || random.nextBoolean())
              .map(name -> new NamedWeight(name, random.nextInt(5) / 2.0 - 0.5))
              .toList(),
          method,
          lambdas,
          Optional.empty(),
          BaseScore.LOG_PROBABILITY,
          RewardUnit.NORMALISED,
          Optional.of(1 + random.nextInt(9)),
          30 + random.nextInt(20),
          List.of(),
          seed,
          new Sampling(1, 1, 1),
          1,
          random.nextInt(5) == 0,
          random.nextInt(4) > 0,
          drafting);
    }

    @Override
    public String toString() {
      return "seed " + seed;
    }
  }

  static Stream<Case> cases() {
    long seed = new Random().nextLong();
    return IntStream.range(0, 60).mapToObj(i -> new Case(seed + i));
  }

  private static Outcome outcome(InMemoryBaseModel base, GenerationRequest request) {
    return Outcomes.of(base, List.of(new InMemoryRewards()), request);
  }

  private static void assertSame(Outcome actual, Outcome expected) {
    assertThat(actual.response().tokenIds()).isEqualTo(expected.response().tokenIds());
    assertThat(actual.response().rewards())
        .containsExactly(expected.response().rewards(), within(1e-9));
    assertThat(actual.response().finishReason()).isEqualTo(expected.response().finishReason());
  }

  @ParameterizedTest
  @MethodSource("cases")
  void theLastAnswerAsADraftChangesNoToken(Case one) {
    for (List<String> held : List.of(List.<String>of(), ALL, List.of("mean"))) {
      InMemoryBaseModel base = new InMemoryBaseModel(NEVER, held);
      int[] before = outcome(base, one.request(1, Optional.empty())).response().tokenIds();
      Drafting draft = new Drafting(Optional.of(InMemoryBaseModel.text(before)));

      Outcome same = outcome(base, one.request(1, Optional.of(draft)));
      Outcome other = outcome(base, one.request(1.5, Optional.of(draft)));

      assertThat(same.response().tokenIds()).isEqualTo(before);
      assertSame(other, outcome(base, one.request(1.5, Optional.empty())));
      boolean allInside = !held.isEmpty() && one.request(1, Optional.empty()).allCandidates();
      if (!allInside && one.request(1, Optional.empty()).pruning()) {
        assertThat(same.work().draftedTokens()).isGreaterThan(before.length / 2);
      }
      assertThat(base.open()).isZero();
    }
  }

  @Test
  void aWrongDraftChangesNoToken() {
    for (int seed = 0; seed < 20; seed++) {
      Case one = new Case(seed);
      InMemoryBaseModel base = new InMemoryBaseModel(NEVER, ALL);
      Outcome expected = outcome(base, one.request(1, Optional.empty()));
      int[] wrong = expected.response().tokenIds().clone();
      Random random = new Random(seed);
      Arrays.setAll(wrong, i -> random.nextInt(4) == 0 ? 1 + random.nextInt(60) : wrong[i]);
      Drafting draft = new Drafting(Optional.of(InMemoryBaseModel.text(wrong)));

      assertSame(outcome(base, one.request(1, Optional.of(draft))), expected);
    }
  }

  @Test
  void winnersAreForeseenWhileRewardServicesScore() {
    InMemoryBaseModel base = new InMemoryBaseModel(NEVER);
    GenerationRequest request = guided();

    Outcome outcome = outcome(base, request);

    // all but the last token, and those whose steps needed no rewards
    assertThat(base.foreseen()).isBetween(1, outcome.response().tokenIds().length - 1);
  }

  private static GenerationRequest guided() {
    return Stream.iterate(0L, seed -> seed + 1)
        .map(seed -> new Case(seed).request(2, Optional.empty()))
        .filter(request -> request.method() == DecodingMethod.PANDA)
        .findFirst()
        .orElseThrow();
  }
}
