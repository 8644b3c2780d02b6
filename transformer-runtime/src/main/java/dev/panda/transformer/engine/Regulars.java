package dev.panda.transformer.engine;

import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/**
 * The sequences that were just answered, and so are about to ask for their next step. A round waits
 * for them a little, because one pass for all takes less time than two. It does not wait for those
 * that came late the last time.
 */
final class Regulars {
  /** A round waits for a tenth of a pass. */
  private static final int SHARE = 10;

  private static final long MOST_NANOS = 20_000_000;

  private final Set<SequenceState> expected = new HashSet<>();

  /**
   * Expects sequences that were answered.
   *
   * @param passNanos how long a pass takes
   */
  void answered(Collection<SequenceState> sequences, long passNanos, long now) {
    long until = now + Math.min(MOST_NANOS, passNanos / SHARE);
    for (SequenceState sequence : sequences) {
      if (sequence.answered(until)) {
        expected.add(sequence);
      }
    }
  }

  /** Notes that a sequence asks for its next step. */
  void came(SequenceState sequence, long now) {
    expected.remove(sequence);
    sequence.came(now);
  }

  void gone(SequenceState sequence) {
    expected.remove(sequence);
  }

  /** How long the next round should wait, in nanoseconds; 0 if it should begin. */
  long nanosToWait(long now) {
    expected.removeIf(sequence -> sequence.expectedUntil() - now <= 0);
    return expected.stream().mapToLong(s -> s.expectedUntil() - now).max().orElse(0);
  }
}
