package dev.panda.transformer.engine;

import java.util.HashMap;
import java.util.Map;

/** Places for requests that wait. No owner may take more than half of them. */
final class Places {
  private final int most;
  private final Map<Owner, Integer> taken = new HashMap<>();
  private int all;

  Places(int most) {
    this.most = most;
  }

  /** Takes a place; returns whether there was one. */
  synchronized boolean take(Owner owner) {
    int own = taken.getOrDefault(owner, 0);
    if (all == most || (own >= most / 2 && !owner.equals(Owner.ANYONE))) {
      return false;
    }
    all++;
    taken.put(owner, own + 1);
    return true;
  }

  synchronized void giveBack(Owner owner) {
    all--;
    taken.computeIfPresent(owner, (key, own) -> own == 1 ? null : own - 1);
  }
}
