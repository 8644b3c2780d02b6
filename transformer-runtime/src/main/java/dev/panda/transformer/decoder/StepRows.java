package dev.panda.transformer.decoder;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.stream.LongStream;

/**
 * The rows of a step, the new tokens of all sequences one after another, as {@code decoder.py}
 * takes them.
 *
 * @param plan where the rows are, as described there
 * @param sizes of the plan's parts
 * @param shapes of the groups
 * @param rows N
 * @param headRows M, rows that request next tokens
 */
record StepRows(long[] plan, long[] sizes, long[] shapes, int rows, int headRows) {

  /** No rows. */
  static final StepRows NONE = of(List.of());

  /** The rows of some sequences, one sequence after another. */
  static StepRows of(List<StepInput> inputs) {
    List<StepGroup.Member> members = new ArrayList<>();
    int firstRow = 0;
    for (StepInput input : inputs) {
      members.add(new StepGroup.Member(input, firstRow));
      firstRow += input.rows();
    }
    List<StepGroup> groups = StepGroup.of(members);
    Plan plan = new Plan();
    plan.add(to -> members.forEach(member -> member.ids(to)));
    int rows = plan.add(to -> members.forEach(member -> member.positions(to)));
    plan.add(to -> members.forEach(member -> member.slots(to)));
    plan.add(to -> order(groups, to));
    int headRows = plan.add(to -> members.forEach(member -> member.headRows(to)));
    LongStream.Builder shapes = LongStream.builder();
    for (StepGroup group : groups) {
      plan.add(group::rowIndices);
      plan.add(group::seen);
      plan.add(group::ownPlaces);
      plan.add(group::slots);
      group.shape(shapes);
    }
    return new StepRows(
        plan.numbers.build().toArray(),
        plan.sizes.build().toArray(),
        shapes.build().toArray(),
        rows,
        headRows);
  }

  /** The numbers of a step, and the sizes of their parts. */
  private static final class Plan {
    private final LongStream.Builder numbers = LongStream.builder();
    private final LongStream.Builder sizes = LongStream.builder();

    /** Adds a part; returns its size. */
    int add(Consumer<LongConsumer> part) {
      int[] size = {0};
      part.accept(
          number -> {
            numbers.accept(number);
            size[0]++;
          });
      sizes.accept(size[0]);
      return size[0];
    }
  }

  /**
   * The place of each row among the padded rows of all groups, group after group; none if there is
   * one group without padding.
   */
  private static void order(List<StepGroup> groups, LongConsumer plan) {
    if (groups.size() == 1 && groups.get(0).isFull()) {
      return;
    }
    NavigableMap<Integer, Long> places = new TreeMap<>();
    long place = 0;
    for (StepGroup group : groups) {
      int[] firstRows = group.firstRows();
      for (int i = 0; i < firstRows.length; i++) {
        StepGroup.Member member = group.members().get(i);
        for (int row = 0; row < member.input().rows(); row++) {
          places.put(member.firstRow() + row, place + firstRows[i] + row);
        }
      }
      place += group.paddedRows();
    }
    places.values().forEach(plan::accept);
  }

  /**
   * Checks a sequence's part of a step.
   *
   * @throws IllegalArgumentException if a token is not in the vocabulary, or the sequence has no
   *     new token, has no room for it, exceeds the context, or cannot resume
   */
  static void check(StepInput input, int vocabSize, int contextLength) {
    Branches candidates = input.candidates();
    checkTokens(input.accepted(), vocabSize);
    checkTokens(candidates.ids(), vocabSize);
    int length = input.past() + input.accepted().length;
    int longest = length;
    for (int behind : candidates.behind()) {
      longest = Math.max(longest, behind + 1);
      if (behind < 0 || behind > length) {
        throw new IllegalArgumentException(
            "candidates: behind %d tokens (expected: 0 to %d)".formatted(behind, length));
      }
    }
    if (input.past() < 0 || input.rows() == 0 || longest > contextLength) {
      throw new IllegalArgumentException(
          "tokens: %d after %d (expected: at least one, and at most %d in all)"
              .formatted(input.rows(), input.past(), contextLength));
    }
    if (input.endPlace() > input.cache().room()) {
      throw new IllegalArgumentException(
          "tokens: %d after %d (expected: to fit in a cache of %d)"
              .formatted(input.rows(), input.past(), input.cache().room()));
    }
    checkPlaces(input, length);
  }

  private static void checkPlaces(StepInput input, int length) {
    Branches candidates = input.candidates();
    boolean apart = input.accepted().length > 0 && candidates.place() != length;
    if (candidates.count() > 0 && (apart || candidates.place() < length)) {
      throw new IllegalArgumentException(
          "candidates: from place %d on (expected: %s%d)"
              .formatted(candidates.place(), apart ? "" : "at least ", length));
    }
    if (input.resumes() && (input.accepted().length == 0 || candidates.count() > 0)) {
      throw new IllegalArgumentException(
          "tokens: %d accepted and %d candidates (expected: at least 1 and none, to resume)"
              .formatted(input.accepted().length, candidates.count()));
    }
    for (int row : input.nextRows()) {
      if (row < 0 || row >= input.rows()) {
        throw new IllegalArgumentException(
            "next tokens: after row %d (expected: 0 to %d)".formatted(row, input.rows() - 1));
      }
    }
  }

  static void checkTokens(int[] tokens, int vocabSize) {
    for (int token : tokens) {
      if (token < 0 || token >= vocabSize) {
        throw new IllegalArgumentException(
            "token id: %d (expected: 0 to %d)".formatted(token, vocabSize - 1));
      }
    }
  }
}
