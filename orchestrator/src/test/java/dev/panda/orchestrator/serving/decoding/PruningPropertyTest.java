package dev.panda.orchestrator.serving.decoding;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.statistics.Statistics;

class PruningPropertyTest {
  /** Decodes a response twice at once: every step with all candidates and with the survivors. */
  @Property(tries = 500)
  void prunedIsUnpruned(@ForAll long seed) {
    Cases cases = new Cases(seed);
    Service service = new Service(cases);
    BaseScore baseScore = cases.oneOf(BaseScore.values());
    ArgmaxPolicy policy = new ArgmaxPolicy(baseScore, cases.lambdas());
    ScoredPrefix prefix = ScoredPrefix.empty(service.models());
    boolean coarse = cases.chance();
    for (int t = 0; t < 24; t++) {
      int k = cases.number(1, 12);
      Step step = coarse ? at(t, cases.coarseStep(k)) : cases.fineStep(t, k);
      float[][] terms = service.terms(k);

      Choice unpruned = policy.choose(step, service.score(t, all(step), terms));
      int[] survivors = policy.survivors(step, service.sum.bounds(t, prefix));

      assertWithin(
          policy.reach(t, step.maxTokens(), service.sum.bounds(t, prefix)), survivors, step);
      Statistics.collect(survivors.length == 1 ? "one left" : survivors.length < k);
      if (survivors.length == 1) {
        assertThat(survivors).containsExactly(unpruned.candidate());
      } else {
        Choice pruned = policy.choose(step, service.score(t, survivors, terms));
        assertThat(pruned.candidate()).isEqualTo(unpruned.candidate());
        assertThat(pruned.lambdaIndex()).isEqualTo(unpruned.lambdaIndex());
        assertThat(pruned.score()).isEqualTo(unpruned.score());
        assertSameInTwoParts(policy, step, service.sum.bounds(t, prefix), unpruned, terms, service);
        prefix = service.prefix(t);
      }
      service.accept(terms[unpruned.candidate()]);
    }
  }

  /** The first survivors are scored, then those that can still win. */
  private void assertSameInTwoParts(
      ArgmaxPolicy policy,
      Step step,
      Interval bounds,
      Choice expected,
      float[][] terms,
      Service service) {
    int[] survivors = policy.survivors(step, bounds);
    int[] first = Arrays.copyOf(survivors, 1 + survivors.length / 3);
    Rewards some = service.score(step.t(), first, terms);
    int[] contenders = policy.contenders(step, bounds, some);
    int[] scored =
        IntStream.concat(IntStream.of(first), IntStream.of(contenders)).sorted().toArray();

    Choice choice = policy.choose(step, service.score(step.t(), scored, terms));
    assertThat(choice.candidate()).isEqualTo(expected.candidate());
    assertThat(choice.lambdaIndex()).isEqualTo(expected.lambdaIndex());
    assertThat(choice.score()).isEqualTo(expected.score());
  }

  /** No survivor lies farther below the likeliest candidate than was known before. */
  private static void assertWithin(double reach, int[] survivors, Step step) {
    double[] logs = step.candidates().logProbabilities();
    double most = Arrays.stream(logs).max().orElseThrow();
    for (int survivor : survivors) {
      assertThat(most - logs[survivor]).isLessThanOrEqualTo(reach);
    }
  }

  private static Step at(int t, Step step) {
    return new Step(t, step.maxTokens(), step.candidates());
  }

  private static int[] all(Step step) {
    return step.candidates().all().toArray();
  }

  /** Reward models over random terms, in float32 as a reward service has them. */
  private static final class Service {
    private final Cases cases;
    private final RewardSum sum;
    private final float[] runningSums;

    Service(Cases cases) {
      this.cases = cases;
      List<WeightedReward> rewards = new ArrayList<>();
      for (int j = cases.number(1, 3); j > 0; j--) {
        double low = cases.coarse(16);
        Interval clip = new Interval(low, low + cases.number(0, 16) / 8.0);
        PreferenceReward model =
            new PreferenceReward(
                "preference " + j,
                cases.oneOf(RewardPooling.values()),
                cases.number(0, 9) == 0 ? Optional.empty() : Optional.of(clip),
                cases.fine(1),
                0.05 + Math.abs(cases.fine(1)));
        rewards.add(new WeightedReward(model, cases.coarse(24)));
      }
      sum = new RewardSum(rewards, cases.oneOf(RewardUnit.values()));
      runningSums = new float[models()];
    }

    int models() {
      return sum.terms().size();
    }

    /** Clipped terms [candidate][preference]. */
    float[][] terms(int k) {
      float[][] terms = new float[k][models()];
      for (float[] row : terms) {
        for (int j = 0; j < row.length; j++) {
          Interval clip = model(j).clip().orElse(Interval.UNBOUNDED);
          double term = cases.chance() ? cases.fine(2) : cases.coarse(32);
          row[j] = (float) Math.min(Math.max(term, clip.low()), clip.high());
        }
      }
      return terms;
    }

    Rewards score(int t, int[] candidates, float[][] terms) {
      double[] matrix = new double[candidates.length * models()];
      for (int i = 0; i < candidates.length; i++) {
        for (int j = 0; j < models(); j++) {
          float term = terms[candidates[i]][j];
          boolean mean = model(j).pooling() == RewardPooling.MEAN;
          float raw = mean ? (runningSums[j] + term) / (t + 1) : term;
          matrix[i * models() + j] = (float) model(j).inUnit(sum.unit(), raw);
        }
      }
      return sum.of(t, candidates, matrix);
    }

    ScoredPrefix prefix(int tokens) {
      double[] sums = new double[models()];
      for (int j = 0; j < sums.length; j++) {
        sums[j] = runningSums[j];
      }
      int[] covered = new int[sums.length];
      Arrays.fill(covered, tokens);
      return new ScoredPrefix(covered, sums);
    }

    void accept(float[] terms) {
      for (int j = 0; j < terms.length; j++) {
        runningSums[j] += terms[j];
      }
    }

    private PreferenceReward model(int j) {
      return sum.terms().get(j).model();
    }
  }
}
