package dev.panda.transformer.decoder;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.function.LongConsumer;
import java.util.function.ObjIntConsumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Sequences of a step whose attention is one call, because they have about as many rows and tokens.
 * Their rows are padded to the most rows, and their tokens to the longest sequence. If the cache
 * has them in lanes, the call reads it in place; lanes of others between them are read along.
 * Otherwise their keys and values are copied together.
 *
 * @param members the sequences, and the index of each one's first row in the step
 * @param rows R, the most rows of a sequence
 * @param length S, the tokens of the longest sequence, those of the step included
 * @param lanes how they lie in the cache
 */
record StepGroup(List<Member> members, int rows, int length, Lanes lanes) {
  /** Sequences with at most so many rows are grouped together: decoding, with its candidates. */
  private static final int FEW_ROWS = 16;

  /** The numbers of rows and of tokens of a group differ by less than this factor. */
  private static final double NEARLY_AS_LONG = 4;

  /**
   * Where the sequences of a group lie.
   *
   * @param first slot of the first lane, or -1 if they are not in lanes
   * @param pitch distance of the lanes
   * @param at for each lane, or without lanes for each place of the copy, the index of the sequence
   *     that it holds; -1 for that of another group [B]
   */
  private record Lanes(int first, int pitch, int[] at) {
    private static final int NONE = -1;

    static Lanes of(List<Member> members, int length) {
      int[] firsts = members.stream().mapToInt(member -> member.input.cache().slot(0)).toArray();
      int first = Arrays.stream(firsts).min().orElseThrow();
      int pitch = members.get(0).input.cache().pitch();
      int count = pitch == 0 ? 1 : (Arrays.stream(firsts).max().orElseThrow() - first) / pitch + 1;
      boolean alone = members.size() == 1 && members.get(0).input.cache().isConsecutive();
      boolean inLanes =
          pitch > 0
              && !hasTwice(firsts)
              && count <= 2 * members.size()
              && members.stream().allMatch(m -> m.input.cache().placesInPool() >= length);
      if (!alone && !inLanes) {
        return new Lanes(NONE, 0, IntStream.range(0, members.size()).toArray());
      }
      int[] at = new int[count];
      Arrays.fill(at, NONE);
      for (int i = 0; i < firsts.length; i++) {
        at[alone ? 0 : (firsts[i] - first) / pitch] = i;
      }
      return new Lanes(first, pitch, at);
    }

    /** Whether a sequence has several parts in the step. */
    private static boolean hasTwice(int[] firsts) {
      return Arrays.stream(firsts).distinct().count() < firsts.length;
    }
  }

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
      return List.of(
          input.rows() <= FEW_ROWS ? 0 : scale(input.rows()),
          scale(length()),
          input.cache().pitch());
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
    int length = members.stream().mapToInt(Member::length).max().orElseThrow();
    return new StepGroup(
        members,
        members.stream().mapToInt(member -> member.input.rows()).max().orElseThrow(),
        length,
        Lanes.of(members, length));
  }

  /** Whether no sequence is padded, and every row sees all tokens of its sequence. */
  private boolean isWhole() {
    return rows == 1 && members.stream().allMatch(member -> member.input.seen(0) == length - 1);
  }

  /** Whether the rows of the group are those of its members in their order, without padding. */
  boolean isFull() {
    return members.stream().allMatch(member -> member.input.rows() == rows)
        && Arrays.equals(lanes.at, IntStream.range(0, members.size()).toArray());
  }

  /** What {@code decoder.py} is told of the group's shape. */
  void shape(LongConsumer shapes) {
    shapes.accept(lanes.at.length);
    shapes.accept(rows);
    shapes.accept(length);
    shapes.accept(lanes.first);
    shapes.accept(lanes.pitch);
    shapes.accept(isWhole() ? 1 : 0);
  }

  /** The numbers of rows before each member's first one in the padded group, member by member. */
  int[] firstRows() {
    int[] firsts = new int[members.size()];
    for (int lane = 0; lane < lanes.at.length; lane++) {
      if (lanes.at[lane] >= 0) {
        firsts[lanes.at[lane]] = lane * rows;
      }
    }
    return firsts;
  }

  /** Number of padded rows, B R. */
  int paddedRows() {
    return lanes.at.length * rows;
  }

  /** The rows' indices in the step; a padding row repeats another one. [B R] */
  void rowIndices(LongConsumer plan) {
    forEachRow((member, row) -> plan.accept(member.firstRow + member.own(row)));
  }

  /** How many tokens before it a row sees. [B R] */
  void seen(LongConsumer plan) {
    forEachRow((member, row) -> plan.accept(member.input.seen(member.own(row))));
  }

  /** The rows' own places in their sequences. [B R] */
  void ownPlaces(LongConsumer plan) {
    forEachRow((member, row) -> plan.accept(member.input.firstPlace() + member.own(row)));
  }

  private void forEachRow(ObjIntConsumer<Member> action) {
    for (int at : lanes.at) {
      for (int row = 0; row < rows; row++) {
        action.accept(members.get(Math.max(0, at)), row);
      }
    }
  }

  /**
   * The slots of the sequences' tokens, unless they are in lanes; padding repeats the last. [B S]
   */
  void slots(LongConsumer plan) {
    if (lanes.first >= 0) {
      return;
    }
    for (Member member : members) {
      for (int place = 0; place < length; place++) {
        plan.accept(member.input.cache().slot(Math.min(place, member.length() - 1)));
      }
    }
  }
}
