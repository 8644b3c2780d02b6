package dev.panda.orchestrator.serving.decoding;

import dev.panda.orchestrator.serving.decoding.lambda.Constant;
import dev.panda.orchestrator.serving.decoding.lambda.Cosine;
import dev.panda.orchestrator.serving.decoding.lambda.Entropy;
import dev.panda.orchestrator.serving.decoding.lambda.Exponential;
import dev.panda.orchestrator.serving.decoding.lambda.LambdaFunction;
import dev.panda.orchestrator.serving.decoding.lambda.Linear;
import dev.panda.orchestrator.serving.decoding.lambda.WarmUp;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;

/** Random steps, rewards and λ functions; equal seeds give equal cases. */
final class Cases {
  private static final int VOCABULARY_SIZE = 1000;
  private static final int MAX_TOKENS = 64;

  private final Random random;

  Cases(long seed) {
    random = new Random(seed);
  }

  int number(int from, int to) {
    return from + random.nextInt(to - from + 1);
  }

  /** Multiples of 1/16: sums and products are exact, and ties common. */
  double coarse(int sixteenths) {
    return number(-sixteenths, sixteenths) / 16.0;
  }

  double[] coarse(int count, int sixteenths) {
    double[] values = new double[count];
    for (int i = 0; i < count; i++) {
      values[i] = coarse(sixteenths);
    }
    return values;
  }

  /** Numbers that have left a float32 head. */
  double fine(double scale) {
    return (float) (scale * random.nextGaussian());
  }

  <E extends Enum<E>> E oneOf(E[] values) {
    return values[random.nextInt(values.length)];
  }

  boolean chance() {
    return random.nextBoolean();
  }

  Step coarseStep(int k) {
    return step(0, logProbabilities(coarse(k, 32)));
  }

  Step fineStep(int t, int k) {
    double[] values = new double[k];
    for (int i = 0; i < k; i++) {
      values[i] = fine(2);
    }
    return step(t, logProbabilities(values));
  }

  LambdaFunction lambda() {
    double c = coarse(48);
    return switch (number(0, 5)) {
      case 0 -> new Constant(c);
      case 1 -> new Linear(c, 0.25);
      case 2 -> new Exponential(c, 8);
      case 3 -> new Cosine(c, OptionalInt.of(20));
      case 4 -> new WarmUp(c, 5);
      default -> new Entropy(c);
    };
  }

  List<LambdaFunction> lambdas() {
    List<LambdaFunction> lambdas = new ArrayList<>();
    for (int m = number(1, 4); m > 0; m--) {
      lambdas.add(lambda());
    }
    return lambdas;
  }

  List<Integer> permutation(int size) {
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      order.add(i);
    }
    Collections.shuffle(order, random);
    return order;
  }

  private Step step(int t, double[] logProbabilities) {
    int k = logProbabilities.length;
    List<Integer> vocabulary = permutation(VOCABULARY_SIZE);
    int[] ids = new int[k];
    double[] logits = new double[k];
    for (int i = 0; i < k; i++) {
      ids[i] = vocabulary.get(i);
      logits[i] = logProbabilities[i] + 8;
    }
    double entropy = Math.abs(fine(2));
    return new Step(
        t, MAX_TOKENS, new Candidates(ids, logProbabilities, logits, entropy, VOCABULARY_SIZE));
  }

  private static double[] logProbabilities(double[] values) {
    for (int i = 0; i < values.length; i++) {
      values[i] = -4 - Math.abs(values[i]);
    }
    return values;
  }
}
