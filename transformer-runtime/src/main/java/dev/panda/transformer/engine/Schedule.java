package dev.panda.transformer.engine;

import java.util.ArrayList;
import java.util.List;

/**
 * Picks what one round computes, first come first served. An advance that fits is computed whole; a
 * long one, a prompt, gets a fair share of the round, and what the others leave.
 */
final class Schedule {

  /**
   * What a sequence waits for.
   *
   * @param accepted accepted tokens still to be computed
   * @param candidates candidates, computed together with the last of the accepted tokens
   */
  record Need(int accepted, int candidates) {
    int rows() {
      return accepted + candidates;
    }

    /** Accepted tokens can be computed one by one, candidates only together. */
    int least() {
      return accepted > 0 ? 1 : candidates;
    }
  }

  /**
   * A part of a round.
   *
   * @param index which sequence
   * @param accepted accepted tokens to compute
   * @param whole whether that is the rest, candidates included
   */
  record Part(int index, int accepted, boolean whole) {}

  private Schedule() {}

  /**
   * @param needs what the sequences wait for, longest waiting first; candidates below the budget
   * @param budget rows of a round
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
