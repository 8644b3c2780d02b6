package dev.panda.orchestrator.serving.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.panda.orchestrator.serving.decoding.BaseScore;
import dev.panda.orchestrator.serving.decoding.RewardUnit;
import dev.panda.orchestrator.serving.decoding.lambda.Constant;
import dev.panda.orchestrator.serving.decoding.lambda.Entropy;
import dev.panda.orchestrator.serving.decoding.lambda.KlBudget;
import dev.panda.orchestrator.serving.decoding.lambda.LambdaFunction;
import dev.panda.orchestrator.serving.decoding.lambda.Linear;
import dev.panda.orchestrator.serving.generation.GenerationRequest.Drafting;
import dev.panda.orchestrator.serving.generation.GenerationRequest.PerLambda;
import dev.panda.orchestrator.serving.generation.GenerationRequest.Sampling;
import dev.panda.orchestrator.testing.InMemoryBaseModel;
import dev.panda.orchestrator.testing.InMemoryRewards;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The same responses, whichever service reads the reward models. */
class HeldRewardsTest {
  private static final List<String> ALL = List.of("mean", "increment", "last", "estimated");

  private record Case(long seed) {
    GenerationRequest request() {
      Random random = new Random(seed);
      DecodingMethod[] methods = {
        DecodingMethod.PANDA,
        DecodingMethod.PANDA,
        DecodingMethod.PANDA_STOCHASTIC,
        DecodingMethod.ARGS_GREEDY
      };
      DecodingMethod method = methods[random.nextInt(methods.length)];
      List<LambdaFunction> lambdas = new ArrayList<>();
      if (method.usesLambdas()) {
        lambdas.add(new Constant(random.nextDouble() * 2));
      }
      if (method == DecodingMethod.PANDA) {
        Stream.of(new Linear(1, -0.01), new Entropy(2), new KlBudget(0.3, 4))
            .filter(lambda -> random.nextInt(4) == 0)
            .forEach(lambdas::add);
      }
      List<NamedWeight> preferences = new ArrayList<>();
      ALL.stream()
          .filter(name -> preferences.isEmpty() || random.nextBoolean())
          .forEach(name -> preferences.add(new NamedWeight(name, random.nextInt(5) / 2.0 - 0.5)));
      boolean args = method.isArgs();
      return new GenerationRequest(
          new Prompt.Tokens(random.ints(1 + random.nextInt(5), 1, 60).toArray()),
          preferences,
          method,
          lambdas,
          method == DecodingMethod.PANDA && random.nextInt(4) == 0
              ? Optional.of(new PerLambda(9))
              : Optional.empty(),
          baseScore(method, random),
          args || random.nextBoolean() ? RewardUnit.RAW : RewardUnit.NORMALISED,
          Optional.of(1 + random.nextInt(9)),
          1 + random.nextInt(30),
          List.of(),
          seed,
          new Sampling(1, 1, 3),
          1,
          random.nextInt(5) == 0,
          random.nextInt(4) > 0,
          Optional.of(new Drafting(Optional.empty())));
    }

    private static BaseScore baseScore(DecodingMethod method, Random random) {
      if (method.isArgs() || random.nextInt(3) == 0) {
        return BaseScore.LOGIT;
      }
      return method == DecodingMethod.PANDA && random.nextBoolean()
          ? BaseScore.PROBABILITY
          : BaseScore.LOG_PROBABILITY;
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

  @ParameterizedTest
  @MethodSource("cases")
  void theBaseModelsServiceGivesTheSameResponsesAsRewardServices(Case one) {
    double endLogit = new Random(one.seed).nextInt(3) - 2;
    GenerationRequest request = one.request();
    InMemoryRewards outside = new InMemoryRewards();
    Outcome expected = Outcomes.of(new InMemoryBaseModel(endLogit), List.of(outside), request);

    for (List<String> held : List.of(ALL, List.of("mean", "estimated"), List.of("last"))) {
      InMemoryBaseModel base = new InMemoryBaseModel(endLogit, held);
      Outcome outcome = Outcomes.of(base, List.of(outside), request);

      assertThat(outcome.response().tokenIds())
          .as("held: %s", held)
          .isEqualTo(expected.response().tokenIds());
      assertThat(outcome.response().rewards())
          .containsExactly(expected.response().rewards(), within(1e-9));
      assertThat(outcome.response().finishReason()).isEqualTo(expected.response().finishReason());
      assertThat(base.open()).isZero();
      assertThat(outside.open()).isZero();
    }
  }

  @Test
  void aRequestWhosePreferencesAreHeldNeedsNoRewardService() {
    InMemoryRewards outside = new InMemoryRewards();

    for (int seed = 0; seed < 20; seed++) {
      GenerationRequest request = new Case(seed).request();
      Outcome outcome = Outcomes.of(new InMemoryBaseModel(-2, ALL), List.of(), request);

      assertThat(outcome.response().tokenIds())
          .isEqualTo(
              Outcomes.of(new InMemoryBaseModel(-2), List.of(outside), request)
                  .response()
                  .tokenIds());
    }
  }
}
