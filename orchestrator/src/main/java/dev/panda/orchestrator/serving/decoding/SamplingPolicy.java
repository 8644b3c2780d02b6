package dev.panda.orchestrator.serving.decoding;

import dev.panda.orchestrator.serving.decoding.lambda.TiltedDistribution;
import java.util.Arrays;

/**
 * Unaligned sampling: draws from π_b(z)^(1/temperature), normalised over Z and cut to the likeliest
 * candidates whose share reaches top-p.
 */
public final class SamplingPolicy implements Policy {
  private final double temperature;
  private final double topP;
  private final Draw draw;

  /**
   * @param temperature positive
   * @param topP share of probability among the k candidates, in (0, 1]
   */
  public SamplingPolicy(double temperature, double topP, long seed) {
    if (!(temperature > 0 && Double.isFinite(temperature))) {
      throw new IllegalArgumentException(
          "temperature: " + temperature + " (expected: a finite number > 0)");
    }
    if (!(topP > 0 && topP <= 1)) {
      throw new IllegalArgumentException("top_p: " + topP + " (expected: in (0, 1])");
    }
    this.temperature = temperature;
    this.topP = topP;
    this.draw = new Draw(seed);
  }

  @Override
  public boolean usesRewards() {
    return false;
  }

  @Override
  public PolicyState state() {
    return draw.state();
  }

  @Override
  public void resume(PolicyState state) {
    draw.resume(state);
  }

  @Override
  public Choice choose(Step step, Rewards rewards) {
    Candidates candidates = step.candidates();
    double[] probabilities = probabilities(candidates);
    int[] order = candidates.likeliestFirst();
    return Choice.unscored(
        draw.next(Arrays.copyOf(order, nucleus(order, probabilities)), probabilities));
  }

  /** softmax(log π_b/temperature) over Z: log π_b tilted by itself. */
  private double[] probabilities(Candidates candidates) {
    double[] base = candidates.logProbabilities();
    double[] flat = new double[base.length];
    return TiltedDistribution.of(flat, base, 1 / temperature).probabilities();
  }

  /** The smallest number of first candidates whose probabilities reach top-p. */
  private int nucleus(int[] order, double[] probabilities) {
    double share = 0;
    for (int size = 1; size < order.length; size++) {
      share += probabilities[order[size - 1]];
      if (share >= topP) {
        return size;
      }
    }
    return order.length;
  }
}
