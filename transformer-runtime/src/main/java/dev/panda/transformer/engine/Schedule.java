package dev.panda.transformer.engine;

import java.util.ArrayList;
import java.util.List;

/**
 * Picks what one round computes, first come, first served. An advance that fits is computed whole.
 * A long one, such as a prompt, gets a fair share of the round plus the rows that the others leave.
 */
final class Schedule {

  /**
   * The work that a sequence waits for.
   *
   * @param accepted accepted tokens still to compute
   * @param candidates candidates, computed together with the last of the accepted tokens
   */
  record Need(int accepted, int candidates) {
    /** The most rows that a sequence which decodes has in a round, beside its candidates. */
    private static final int FEW = 4;

    int rows() {
      return accepted + candidates;
    }

    /** Whether the sequence decodes, and so waits for each of many rounds. */
    boolean decodes() {
      return accepted <= FEW;
    }

    /**
     * The fewest rows of one part: accepted tokens can be computed one by one, candidates only
     * together.
     */
    int least() {
      return accepted > 0 ? 1 : candidates;
    }
  }

  /**
   * A part of a round.
   *
   * @param index of the sequence
   * @param accepted accepted tokens to compute
   * @param whole whether the part completes the advance, candidates included
   */
  record Part(int index, int accepted, boolean whole) {}

  private Schedule() {}

  /**
   * @param needs needs of the sequences, longest waiting first; each has fewer candidates than the
   *     budget
   * @param budget number of rows of a round
   */
  static List<Part> pick(List<Need> needs, int budget) {
    int share = Math.max(1, budget / Math.max(1, Math.min(needs.size(), 4)));
    int[] taken = new int[needs.size()];
    int left = budget;
    for (int i = 0; i < taken.length && left > 0; i++) {
      Need need = needs.get(i);
      if (need.least() <= left) {
        taken[i] = Math.min(Math.min(need.rows(), Math.max(share, need.least())), left);
        left -= taken[i];
      }
    }
    for (int i = 0; i < taken.length && left > 0; i++) {
      int more = taken[i] == 0 ? 0 : Math.min(needs.get(i).rows() - taken[i], left);
      taken[i] += more;
      left -= more;
    }
    List<Part> parts = new ArrayList<>();
    for (int i = 0; i < taken.length; i++) {
      Need need = needs.get(i);
      boolean whole = taken[i] == need.rows();
      int accepted = whole ? need.accepted() : Math.min(need.accepted(), taken[i]);
      if (whole || accepted > 0) {
        parts.add(new Part(i, accepted, whole));
      }
    }
    return parts;
  }
}
