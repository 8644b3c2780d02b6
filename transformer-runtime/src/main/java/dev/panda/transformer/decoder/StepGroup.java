package dev.panda.transformer.decoder;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.function.LongConsumer;
import java.util.stream.Collectors;

/**
 * Sequences of a step whose attention is one call, because they have about as many rows and tokens:
 * their rows are padded to the most rows, and their tokens to the longest sequence.
 *
 * @param members the sequences, and the index of each one's first row in the step
 * @param rows R, the most rows of a sequence
 * @param length S, the tokens of the longest sequence, those of the step included
 */
record StepGroup(List<Member> members, int rows, int length) {
  /** Sequences with at most so many rows are grouped together: decoding, with its candidates. */
  private static final int FEW_ROWS = 16;

  /** The numbers of rows and of tokens of a group differ by less than this factor. */
  private static final double NEARLY_AS_LONG = 4;

  private static final long NOT_CONSECUTIVE = -1;

  /** A sequence's part of a step, whose first row has that index among all rows. */
  record Member(StepInput input, int firstRow) {
    int length() {
      return input.endPlace();
    }

    void ids(LongConsumer plan) {
      Arrays.stream(input.accepted()).forEach(plan::accept);
      Arrays.stream(input.candidates().ids()).forEach(plan::accept);
    }

    /** Places of the rows' tokens in their sequence; candidates behind one token share one. */
    void positions(LongConsumer plan) {
      for (int row = 0; row < input.rows(); row++) {
        plan.accept(input.seen(row));
      }
    }

    /** The slots that receive the rows' keys and values. */
    void slots(LongConsumer plan) {
      for (int place = input.firstPlace(); place < length(); place++) {
        plan.accept(input.cache().slot(place));
      }
    }

    /** The rows whose next tokens are requested. */
    void headRows(LongConsumer plan) {
      Arrays.stream(input.nextRows()).forEach(row -> plan.accept(firstRow + row));
    }

    /** The index of a row of the padded group: padding repeats the last row. */
    private int own(int row) {
      return Math.min(row, input.rows() - 1);
    }

    /** Equal for sequences of one group. */
    List<Integer> kind() {
      return List.of(input.rows() <= FEW_ROWS ? 0 : scale(input.rows()), scale(length()));
    }

    private static int scale(int number) {
      return (int) (Math.log(number) / Math.log(NEARLY_AS_LONG));
    }
  }

  /** Groups the sequences of a step. */
  static List<StepGroup> of(List<Member> sequences) {
    return sequences.stream()
        .collect(Collectors.groupingBy(Member::kind, LinkedHashMap::new, Collectors.toList()))
        .values()
        .stream()
        .map(StepGroup::padded)
        .toList();
  }

  private static StepGroup padded(List<Member> members) {
    return new StepGroup(
        members,
        members.stream().mapToInt(member -> member.input.rows()).max().orElseThrow(),
        members.stream().mapToInt(Member::length).max().orElseThrow());
  }

  /** Whether no sequence is padded, and every row sees all tokens of its sequence. */
  private boolean isWhole() {
    return rows == 1 && members.stream().allMatch(member -> member.input.seen(0) == length - 1);
  }

  /** Whether the rows of the group are those of its members, without padding. */
  boolean isFull() {
    return members.stream().allMatch(member -> member.input.rows() == rows);
  }

  private long firstSlot() {
    KvCache cache = members.get(0).input.cache();
    return members.size() == 1 && cache.isConsecutive() ? cache.slot(0) : NOT_CONSECUTIVE;
  }

  /** What {@code decoder.py} is told of the group's shape. */
  void shape(LongConsumer shapes) {
    shapes.accept(members.size());
    shapes.accept(rows);
    shapes.accept(length);
    shapes.accept(firstSlot());
    shapes.accept(isWhole() ? 1 : 0);
  }

  /** The rows' indices in the step; a padding row repeats the last one. [B R] */
  void rowIndices(LongConsumer plan) {
    for (Member member : members) {
      for (int row = 0; row < rows; row++) {
        plan.accept(member.firstRow + member.own(row));
      }
    }
  }

  /** How many tokens before it a row sees. [B R] */
  void seen(LongConsumer plan) {
    for (Member member : members) {
      for (int row = 0; row < rows; row++) {
        plan.accept(member.input.seen(member.own(row)));
      }
    }
  }

  /** The rows' own places in their sequences. [B R] */
  void ownPlaces(LongConsumer plan) {
    for (Member member : members) {
      for (int row = 0; row < rows; row++) {
        plan.accept(member.input.firstPlace() + member.own(row));
      }
    }
  }

  /** The slots of the sequences' tokens; padding repeats the last one. [B S] */
  void slots(LongConsumer plan) {
    for (Member member : members) {
      for (int place = 0; place < length; place++) {
        plan.accept(member.input.cache().slot(Math.min(place, member.length() - 1)));
      }
    }
  }
}
