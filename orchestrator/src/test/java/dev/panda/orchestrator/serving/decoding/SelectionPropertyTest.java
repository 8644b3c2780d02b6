package dev.panda.orchestrator.serving.decoding;

import static org.assertj.core.api.Assertions.assertThat;

import dev.panda.orchestrator.serving.decoding.lambda.Constant;
import dev.panda.orchestrator.serving.decoding.lambda.KlBudget;
import dev.panda.orchestrator.serving.decoding.lambda.LambdaContext;
import dev.panda.orchestrator.serving.decoding.lambda.LambdaFunction;
import dev.panda.orchestrator.serving.decoding.lambda.Linear;
import dev.panda.orchestrator.serving.decoding.lambda.TiltedDistribution;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class SelectionPropertyTest {
  @Property
  void isTheDoubleLoopOfAlgorithm1(@ForAll long seed) {
    Cases cases = new Cases(seed);
    int k = cases.number(1, 40);
    Step step = cases.chance() ? cases.coarseStep(k) : cases.fineStep(cases.number(0, 63), k);
    double[] rewards = cases.coarse(k, 32);
    List<LambdaFunction> lambdas = cases.lambdas();
    for (BaseScore baseScore : BaseScore.values()) {
      Choice choice = new ArgmaxPolicy(baseScore, lambdas).choose(step, Rewards.ofAll(rewards));

      double[] base = baseScore.of(step.candidates());
      int[] ids = step.candidates().ids();
      LambdaContext context = step.context(rewards);
      double chosen = choice.score().orElseThrow();
      for (int z = 0; z < k; z++) {
        for (int m = 0; m < lambdas.size(); m++) {
          double score = base[z] + lambdas.get(m).value(context) * rewards[z];
          assertThat(score).isLessThanOrEqualTo(chosen);
          if (score == chosen) {
            assertThat(ids[z]).isGreaterThanOrEqualTo(ids[choice.candidate()]);
          }
          if (score == chosen && z == choice.candidate()) {
            assertThat(m).isGreaterThanOrEqualTo(choice.lambdaIndex().orElseThrow());
          }
        }
      }
    }
  }

  @Property
  void permutingCandidatesChangesNothing(@ForAll long seed) {
    Cases cases = new Cases(seed);
    int k = cases.number(1, 20);
    Step step = cases.coarseStep(k);
    double[] rewards = cases.coarse(k, 8);
    List<LambdaFunction> lambdas = cases.lambdas();
    List<Integer> order = cases.permutation(k);
    Candidates z = step.candidates();
    Candidates shuffled =
        new Candidates(
            order.stream().mapToInt(i -> z.ids()[i]).toArray(),
            permute(z.logProbabilities(), order),
            permute(z.logits(), order),
            z.entropy(),
            z.vocabularySize());
    Step shuffledStep = new Step(step.t(), step.maxTokens(), shuffled);

    for (PolicyMaker maker : makers(lambdas, seed)) {
      Choice choice = maker.make().choose(step, Rewards.ofAll(rewards));
      Choice other = maker.make().choose(shuffledStep, Rewards.ofAll(permute(rewards, order)));

      assertThat(shuffled.ids()[other.candidate()]).isEqualTo(z.ids()[choice.candidate()]);
      assertThat(other.lambdaIndex()).isEqualTo(choice.lambdaIndex());
      assertThat(other.score()).isEqualTo(choice.score());
    }
  }

  @Property
  void permutingLambdasChangesNothing(@ForAll long seed) {
    Cases cases = new Cases(seed);
    int k = cases.number(1, 20);
    Step step = cases.coarseStep(k);
    Rewards rewards = Rewards.ofAll(cases.coarse(k, 8));
    List<LambdaFunction> lambdas = cases.lambdas();
    List<LambdaFunction> shuffled = new ArrayList<>();
    cases.permutation(lambdas.size()).forEach(m -> shuffled.add(lambdas.get(m)));

    Choice choice = argmax(lambdas).choose(step, rewards);
    Choice other = argmax(shuffled).choose(step, rewards);

    assertThat(other.candidate()).isEqualTo(choice.candidate());
    assertThat(other.score()).isEqualTo(choice.score());
    if (choice.reward().orElseThrow() != 0) {
      assertThat(other.lambda()).isEqualTo(choice.lambda());
    }
  }

  @Property
  void lambdaZeroIsUnalignedGreedy(@ForAll long seed) {
    Cases cases = new Cases(seed);
    int k = cases.number(1, 20);
    Step step = cases.coarseStep(k);
    Rewards rewards = Rewards.ofAll(cases.coarse(k, 64));

    Choice choice = argmax(List.of(new Constant(0))).choose(step, rewards);

    assertThat(choice.candidate())
        .isEqualTo(new GreedyPolicy().choose(step, Rewards.NONE).candidate());
    assertThat(choice.kl()).hasValue(0);
  }

  @Property
  void rewardOfTheChoiceNeverFallsAsAConstantLambdaGrows(@ForAll long seed) {
    Cases cases = new Cases(seed);
    int k = cases.number(1, 20);
    Step step = cases.coarseStep(k);
    Rewards rewards = Rewards.ofAll(cases.coarse(k, 64));
    double last = Double.NEGATIVE_INFINITY;
    for (double c = -4; c <= 4; c += 0.125) {
      double reward = argmax(List.of(new Constant(c))).choose(step, rewards).reward().orElseThrow();
      assertThat(reward).isGreaterThanOrEqualTo(last);
      last = reward;
    }
  }

  @Property
  void klBudgetHoldsItsBudget(@ForAll long seed) {
    Cases cases = new Cases(seed);
    int k = cases.number(1, 20);
    Step step = cases.fineStep(0, k);
    double[] rewards = cases.coarse(k, cases.number(0, 64));
    double budget = cases.number(0, 300) / 100.0;
    double maxStrength = cases.number(0, 100);
    double[] base = step.candidates().logProbabilities();

    double lambda = new KlBudget(budget, maxStrength).value(step.context(rewards));

    double kl = TiltedDistribution.of(base, rewards, lambda).kl();
    assertThat(lambda).isBetween(0.0, maxStrength);
    assertThat(kl).isLessThanOrEqualTo(budget);
    if (Arrays.stream(rewards).distinct().count() == 1) {
      assertThat(lambda).isZero();
    } else if (lambda < maxStrength) {
      assertThat(kl).isGreaterThanOrEqualTo(budget - 1e-6);
    }
  }

  @Property
  void incrementIsMeanWithLambdaGrowingWithTheLength(@ForAll long seed) {
    Cases cases = new Cases(seed);
    double c = cases.fine(1);
    Policy ofIncrements = argmax(List.of(new Constant(c)));
    Policy ofMeans = argmax(List.of(new Linear(c, 1)));
    double sum = 0;
    for (int t = 0; t < 32; t++) {
      int k = cases.number(1, 10);
      Step step = cases.fineStep(t, k);
      double[] terms = new double[k];
      double[] means = new double[k];
      for (int i = 0; i < k; i++) {
        terms[i] = cases.fine(2);
        means[i] = (sum + terms[i]) / (t + 1);
      }

      int chosen = ofIncrements.choose(step, Rewards.ofAll(terms)).candidate();

      assertThat(ofMeans.choose(step, Rewards.ofAll(means)).candidate()).isEqualTo(chosen);
      sum += terms[chosen];
    }
  }

  /** Makes a policy with a fresh generator. */
  private interface PolicyMaker {
    Policy make();
  }

  private static List<PolicyMaker> makers(List<LambdaFunction> lambdas, long seed) {
    return List.of(
        () -> argmax(lambdas),
        () -> new SoftmaxPolicy(BaseScore.LOGIT, lambdas.subList(0, 1), seed),
        () -> new SamplingPolicy(0.7, 0.9, seed),
        GreedyPolicy::new);
  }

  private static ArgmaxPolicy argmax(List<LambdaFunction> lambdas) {
    return new ArgmaxPolicy(BaseScore.LOG_PROBABILITY, lambdas);
  }

  private static double[] permute(double[] values, List<Integer> order) {
    return order.stream().mapToDouble(i -> values[i]).toArray();
  }
}
