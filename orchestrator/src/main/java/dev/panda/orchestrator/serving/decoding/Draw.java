package dev.panda.orchestrator.serving.decoding;

import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * Draws candidates by inverting the cumulative distribution, likeliest candidate under π_b first.
 * Each draw takes one {@code nextDouble()} of the generator L64X128MixRandom ({@link
 * java.util.random}), so equal seeds give equal tokens on every machine.
 */
final class Draw {
  private static final String ALGORITHM = "L64X128MixRandom";

  private final RandomGenerator generator;
  private long draws;

  Draw(long seed) {
    generator = RandomGeneratorFactory.of(ALGORITHM).create(seed);
  }

  PolicyState state() {
    return new PolicyState(draws);
  }

  /** Brings a new generator to a state. */
  void resume(PolicyState state) {
    if (draws > state.draws()) {
      throw new IllegalStateException(
          "draws: %d (expected: at most %d, as the state says)".formatted(draws, state.draws()));
    }
    while (draws < state.draws()) {
      nextDouble();
    }
  }

  private double nextDouble() {
    draws++;
    return generator.nextDouble();
  }

  /**
   * Draws an index into {@code probabilities}.
   *
   * @param order indices to draw from, first to last, at least one
   * @param probabilities not negative; need not sum to 1 over {@code order}
   */
  int next(int[] order, double[] probabilities) {
    double sum = 0;
    for (int i : order) {
      sum += probabilities[i];
    }
    double rest = nextDouble() * sum;
    int drawn = order[0];
    for (int i : order) {
      if (probabilities[i] == 0) {
        continue;
      }
      drawn = i;
      rest -= probabilities[i];
      if (rest < 0) {
        break;
      }
    }
    return drawn;
  }
}
