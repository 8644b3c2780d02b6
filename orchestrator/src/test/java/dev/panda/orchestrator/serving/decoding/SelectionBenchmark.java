package dev.panda.orchestrator.serving.decoding;

import dev.panda.orchestrator.serving.decoding.lambda.Constant;
import dev.panda.orchestrator.serving.decoding.lambda.LambdaFunction;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Times one step of the decoding core: pruning, the sum of rewards, and the choice. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class SelectionBenchmark {
  private static final int T = 7;

  @Param({"10", "100"})
  int k;

  @Param({"1", "5"})
  int lambdas;

  @Param({"1", "4"})
  int preferences;

  private ArgmaxPolicy policy;
  private RewardSum sum;
  private ScoredPrefix prefix;
  private Step step;
  private int[] all; // [candidate]
  private double[] matrix; // [candidate × preference]

  @Setup
  public void draw() {
    Cases cases = new Cases(1);
    policy =
        new ArgmaxPolicy(
            BaseScore.LOG_PROBABILITY,
            IntStream.rangeClosed(1, lambdas)
                .mapToObj(m -> (LambdaFunction) new Constant(0.5 * m))
                .toList());
    sum =
        new RewardSum(
            IntStream.range(0, preferences)
                .mapToObj(j -> new WeightedReward(reward("preference " + j), 1))
                .toList(),
            RewardUnit.NORMALISED);
    int[] covered = IntStream.generate(() -> T).limit(preferences).toArray();
    prefix = new ScoredPrefix(covered, new double[preferences]);
    step = cases.fineStep(T, k);
    all = IntStream.range(0, k).toArray();
    matrix = IntStream.range(0, k * preferences).mapToDouble(i -> cases.fine(1)).toArray();
  }

  private static PreferenceReward reward(String name) {
    return new PreferenceReward(name, RewardPooling.MEAN, Optional.of(new Interval(-8, 8)), 0, 1);
  }

  /** The candidates that can still win, before any is scored. */
  @Benchmark
  public int[] survivors() {
    return policy.survivors(step, sum.bounds(T, prefix));
  }

  /** The choice among all candidates, whose rewards have come. */
  @Benchmark
  public Choice choose() {
    return policy.choose(step, sum.of(T, all, matrix));
  }
}
