package dev.panda.orchestrator.serving.decoding;

import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;

/** Notes which preferences tell candidates apart. A reward model that does not cannot steer. */
public final class RewardSpread {
  private final int preferences;
  private final BitSet spread = new BitSet();
  private int steps;

  public RewardSpread(int preferences) {
    this.preferences = preferences;
  }

  /**
   * Takes a step into account.
   *
   * @param rewards [candidate × preference], the preference varying fastest
   */
  public void add(double[] rewards) {
    if (rewards.length > preferences) {
      steps++;
    }
    for (int i = preferences; i < rewards.length; i++) {
      if (rewards[i] != rewards[i % preferences]) {
        spread.set(i % preferences);
      }
    }
  }

  /**
   * Places of the preferences that gave all candidates of every step one reward. None if no step
   * had several candidates.
   */
  public List<Integer> indifferent() {
    return IntStream.range(0, steps == 0 ? 0 : preferences)
        .filter(j -> !spread.get(j))
        .boxed()
        .toList();
  }
}
