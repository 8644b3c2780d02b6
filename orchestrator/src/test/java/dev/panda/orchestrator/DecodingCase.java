package dev.panda.orchestrator;

import static dev.panda.orchestrator.testing.TinyPanda.constant;
import static dev.panda.orchestrator.testing.TinyPanda.ids;
import static dev.panda.orchestrator.testing.TinyPanda.named;
import static dev.panda.orchestrator.testing.TinyPanda.prompt;
import static org.assertj.core.api.Assertions.assertThat;

import dev.panda.api.generation.v1.BaseScore;
import dev.panda.api.generation.v1.CosineLambda;
import dev.panda.api.generation.v1.EntropyLambda;
import dev.panda.api.generation.v1.ExponentialLambda;
import dev.panda.api.generation.v1.GenerateRequest;
import dev.panda.api.generation.v1.KlBudgetLambda;
import dev.panda.api.generation.v1.LambdaFunction;
import dev.panda.api.generation.v1.LinearLambda;
import dev.panda.api.generation.v1.Method;
import dev.panda.api.generation.v1.Summary;
import dev.panda.api.generation.v1.WarmUpLambda;
import dev.panda.api.generation.v1.WeightedPreference;
import dev.panda.orchestrator.serving.generation.Prompt;
import dev.panda.orchestrator.serving.generation.ResumedAnswers;
import dev.panda.orchestrator.testing.PlainPanda;
import dev.panda.orchestrator.testing.PlainReward;
import dev.panda.orchestrator.testing.TinyPanda;
import dev.panda.transformer.testing.TinyTokenizer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Algorithm 1 through the packaged services, against plain loops. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
abstract class DecodingCase {
  private static final int MAX_TOKENS = 8;

  final TinyPanda panda;

  private final boolean drafts;

  /**
   * Tests services.
   *
   * @param drafts whether a draft saves steps; where rewards are scored apart, winners are foreseen
   */
  DecodingCase(TinyPanda panda, boolean drafts) {
    this.panda = panda;
    this.drafts = drafts;
  }

  @Test
  void decodesTheTokensOfPlainLoops() {
    List<PlainReward.Reader> heads = panda.heads();
    Random random = new Random(5);
    int decided = 0;
    int cases = 0;
    for (List<LambdaFunction> lambdas : lambdaSets()) {
      for (int k : new int[] {1, 2, 10, 40}) {
        for (double[] weights : new double[][] {{1, 1}, {1.2, -0.7}, {-0.5, 0.8}}) {
          for (boolean probability : new boolean[] {false, true}) {
            int first = random.nextInt(heads.size());
            PlainPanda reference =
                new PlainPanda(
                    panda.base(),
                    List.of(heads.get(first), heads.get((first + 1) % heads.size())),
                    weights,
                    lambdas,
                    probability,
                    k,
                    MAX_TOKENS,
                    TinyPanda.END_TOKENS);
            int[] prompt = random.ints(5, 2, TinyTokenizer.SIZE).toArray();
            PlainPanda.Answer expected = reference.decode(prompt);
            GenerateRequest request = request(reference, prompt);
            assertBegins(request, expected);
            assertBegins(request.toBuilder().setNoPruning(true).build(), expected);
            decided += expected.decided() ? 1 : 0;
            cases++;
          }
        }
      }
    }
    assertThat(decided)
        .as("cases that float32 decides, of %s", cases)
        .isGreaterThan(cases * 9 / 10);
  }

  @Test
  void weighsThePreferencesOfTwoServicesAtOnce() {
    int[] changedBy = new int[2];
    for (PlainReward.Reader head : panda.heads()) {
      for (double[] weights : new double[][] {{1, 1}, {1.2, -0.7}, {-0.5, 0.8}}) {
        for (int[] prompt : new int[][] {{40, 41, 99, 7}, {5, 200}}) {
          PlainPanda.Answer expected = ofTwoServices(head, weights).decode(prompt);
          assertBegins(request(ofTwoServices(head, weights), prompt), expected);
          for (int j = 0; j < weights.length; j++) {
            double[] without = weights.clone();
            without[j] = 0;
            int[] others = ofTwoServices(head, without).decode(prompt).tokens();
            changedBy[j] += Arrays.equals(others, expected.tokens()) ? 0 : 1;
          }
        }
      }
    }
    assertThat(changedBy).as("answers that each service has changed").doesNotContain(0);
  }

  private PlainPanda ofTwoServices(PlainReward.Reader head, double[] weights) {
    return new PlainPanda(
        panda.base(),
        List.of(head, panda.apart()),
        weights,
        List.of(constant(1.5)),
        false,
        10,
        MAX_TOKENS,
        TinyPanda.END_TOKENS);
  }

  /** Equal tokens, as far as float32 can tell. */
  private void assertBegins(GenerateRequest request, PlainPanda.Answer expected) {
    int[] tokens = panda.tokenIds(request);
    assertThat(Arrays.copyOf(tokens, expected.tokens().length))
        .as(request.toString())
        .isEqualTo(expected.tokens());
    if (expected.decided()) {
      assertThat(tokens).as(request.toString()).hasSameSizeAs(expected.tokens());
    }
  }

  private static GenerateRequest request(PlainPanda reference, int[] prompt) {
    GenerateRequest.Builder request =
        GenerateRequest.newBuilder()
            .setTokens(ids(prompt))
            .addAllLambdas(reference.lambdas())
            .setK(reference.k())
            .setMaxTokens(reference.maxTokens())
            .setBaseScore(
                reference.probability()
                    ? BaseScore.BASE_SCORE_PROBABILITY
                    : BaseScore.BASE_SCORE_LOG_PROBABILITY);
    for (int j = 0; j < reference.weights().length; j++) {
      request.addPreferences(
          WeightedPreference.newBuilder()
              .setName(reference.rewards().get(j).name())
              .setWeight(reference.weights()[j]));
    }
    return request.build();
  }

  private static List<List<LambdaFunction>> lambdaSets() {
    LambdaFunction constant = constant(1.5);
    LambdaFunction linear =
        LambdaFunction.newBuilder()
            .setLinear(LinearLambda.newBuilder().setStrength(1).setSlope(0.3))
            .build();
    LambdaFunction exponential =
        LambdaFunction.newBuilder()
            .setExponential(ExponentialLambda.newBuilder().setStrength(2).setTimeConstant(5))
            .build();
    LambdaFunction cosine =
        LambdaFunction.newBuilder().setCosine(CosineLambda.newBuilder().setStrength(2)).build();
    LambdaFunction shortCosine =
        LambdaFunction.newBuilder()
            .setCosine(CosineLambda.newBuilder().setStrength(-2).setSteps(4))
            .build();
    LambdaFunction warmUp =
        LambdaFunction.newBuilder()
            .setWarmUp(WarmUpLambda.newBuilder().setStrength(2).setSteps(3))
            .build();
    LambdaFunction entropy =
        LambdaFunction.newBuilder().setEntropy(EntropyLambda.newBuilder().setStrength(2)).build();
    LambdaFunction klBudget =
        LambdaFunction.newBuilder()
            .setKlBudget(KlBudgetLambda.newBuilder().setBudget(0.3).setMaxStrength(5))
            .build();
    return List.of(
        List.of(constant),
        List.of(linear),
        List.of(exponential),
        List.of(cosine),
        List.of(shortCosine),
        List.of(warmUp),
        List.of(entropy),
        List.of(klBudget),
        List.of(constant(0)),
        List.of(constant(-1), constant, linear),
        List.of(klBudget, entropy, exponential));
  }

  @Test
  void zeroLambdaIsUnalignedGreedy() {
    GenerateRequest.Builder request = prompt().setMaxTokens(20);
    GenerateRequest steered =
        request.clone().addPreferences(named("ending")).addLambdas(constant(0)).build();

    assertThat(panda.tokenIds(steered))
        .isEqualTo(panda.tokenIds(request.setMethod(Method.METHOD_GREEDY).build()));
  }

  @Test
  void theLastAnswerAsADraftChangesNoToken() {
    int drafted = 0;
    for (String preference : new String[] {"meaning", "ending", "steady"}) {
      GenerateRequest.Builder request =
          prompt().setMaxTokens(40).setNoDrafting(true).addPreferences(named(preference));
      Summary last = panda.summary(request.addLambdas(constant(1)).build());
      int[] expected = panda.tokenIds(request.setLambdas(0, constant(1.2)).build());

      Summary actual = panda.summary(request.setNoDrafting(false).setDraft(last.getText()).build());

      assertThat(actual.getTokenIdsList())
          .containsExactlyElementsOf(Arrays.stream(expected).boxed().toList());
      drafted += actual.getUsage().getDraftedTokens();
    }
    assertThat(drafted > 0).isEqualTo(drafts);
  }

  @Test
  void answersGoOnFromTheirAcceptedTokens() {
    Prompt prompt = new Prompt.Tokens(new int[] {40, 41, 99, 7});

    ResumedAnswers.assertSame(panda.services(), prompt, "meaning", "steady", "ending");
  }
}
