package dev.panda.orchestrator.serving.generation;

/**
 * How long drafts should be: longer while they are right, shorter or none while they are wrong, as
 * a wrong one costs time.
 */
final class DraftLength {
  private static final int LONGEST_PAUSE = 32;

  private final int most;
  private int length;
  private int nextPause = 1;
  private int pause;

  /**
   * Begins with long drafts.
   *
   * @param most largest length; 0 for no drafts
   */
  DraftLength(int most) {
    this.most = most;
    this.length = most;
  }

  /** The length of the next draft; 0 for none. */
  int next() {
    if (pause > 0) {
      pause--;
      return 0;
    }
    return length;
  }

  /**
   * Learns from a draft.
   *
   * @param computed number of its tokens that had steps
   * @param accepted number of these that were right
   */
  void learn(int computed, int accepted) {
    if (computed == 0) {
      return;
    }
    if (accepted == 0) {
      length = 1;
      pause = nextPause;
      nextPause = Math.min(LONGEST_PAUSE, 2 * nextPause);
    } else {
      length = accepted < computed ? accepted : Math.min(most, 2 * Math.max(length, computed));
      nextPause = 1;
    }
  }
}
