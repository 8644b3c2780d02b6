package dev.panda.basemodel.workshop.training;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;

/**
 * The batches of all updates. A batch depends only on the seed and the update's number, so resumed
 * training sees the same batches.
 *
 * <p>Each pass shuffles the answers, sorts stretches of them by length, so that the answers of a
 * batch have about the same length, and shuffles the batches.
 */
final class Batches {
  /**
   * Batches in a sorted stretch. Longer stretches need less padding but make batches less random.
   */
  private static final int STRETCH = 16;

  private final List<EncodedAnswer> answers;
  private final int size;
  private final long seed;
  private long pass = -1;
  private List<List<EncodedAnswer>> batches = List.of();

  /**
   * @param size answers in a batch; the last batch of a pass may be smaller
   */
  Batches(List<EncodedAnswer> answers, int size, long seed) {
    this.answers = List.copyOf(answers);
    this.size = size;
    this.seed = seed;
  }

  /** Number of updates in a pass, in which every answer is learned once. */
  int perPass() {
    return (answers.size() + size - 1) / size;
  }

  /**
   * @param update from 1
   */
  Batch of(long update) {
    long wanted = (update - 1) / perPass();
    if (wanted != pass) {
      batches = shuffled(wanted);
      pass = wanted;
    }
    return Batch.of(batches.get((int) ((update - 1) % perPass())));
  }

  private List<List<EncodedAnswer>> shuffled(long number) {
    Random random = new Random(new SplittableRandom(seed).nextLong() + number);
    List<EncodedAnswer> order = new ArrayList<>(answers);
    Collections.shuffle(order, random);
    for (int from = 0; from < order.size(); from += STRETCH * size) {
      order
          .subList(from, Math.min(order.size(), from + STRETCH * size))
          .sort(Comparator.comparingInt(EncodedAnswer::length));
    }
    List<List<EncodedAnswer>> made = new ArrayList<>();
    for (int from = 0; from < order.size(); from += size) {
      made.add(order.subList(from, Math.min(order.size(), from + size)));
    }
    Collections.shuffle(made, random);
    return made;
  }

  /** Batches of all answers once, by length. */
  static List<Batch> inOrder(List<EncodedAnswer> answers, int size) {
    List<EncodedAnswer> order = new ArrayList<>(answers);
    order.sort(Comparator.comparingInt(EncodedAnswer::length));
    List<Batch> made = new ArrayList<>();
    for (int from = 0; from < order.size(); from += size) {
      made.add(Batch.of(order.subList(from, Math.min(order.size(), from + size))));
    }
    return made;
  }
}
