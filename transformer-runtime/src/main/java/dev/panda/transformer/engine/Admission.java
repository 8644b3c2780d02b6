package dev.panda.transformer.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The room in the cache: who holds how much of it, and the opens that wait for more. Each owner's
 * opens are granted in the order of their arrival. Of several owners the one that holds least comes
 * first, and an open that does not fit holds back no other owner. An open that is larger than its
 * owner's share is granted if the owner holds nothing, and holds back none of the owner's others.
 */
final class Admission {
  private static final Duration IDLE = Duration.ofHours(1);
  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  private final int cacheTokens;
  private final Set<Command.Open> waiting = new LinkedHashSet<>();
  private final Map<Owner, Integer> held = new HashMap<>();
  private int free;

  Admission(int cacheTokens) {
    this.cacheTokens = cacheTokens;
    this.free = cacheTokens;
  }

  void add(Command.Open open) {
    waiting.add(open);
  }

  void remove(Command.Open open) {
    waiting.remove(open);
  }

  List<Command.Open> waiting() {
    return List.copyOf(waiting);
  }

  /** The next open for which there is room. It waits until it takes the room or is removed. */
  Optional<Command.Open> next() {
    Set<Owner> earlier = new HashSet<>();
    return waiting.stream()
        .filter(open -> !open.opened().isDone() && !waitsForAll(open))
        .filter(open -> earlier.add(open.owner()))
        .filter(this::fits)
        .min(Comparator.comparingInt(open -> heldBy(open.owner())));
  }

  /** Whether an open is larger than its owner's share, and so waits until that holds nothing. */
  private boolean waitsForAll(Command.Open open) {
    return open.room() > open.owner().mostTokens() && heldBy(open.owner()) > 0;
  }

  private boolean fits(Command.Open open) {
    return open.room() <= free && isWithinShare(open);
  }

  private boolean isWithinShare(Command.Open open) {
    int holds = heldBy(open.owner());
    return holds == 0 || holds + open.room() <= open.owner().mostTokens();
  }

  private int heldBy(Owner owner) {
    return held.getOrDefault(owner, 0);
  }

  void take(Command.Open open) {
    waiting.remove(open);
    free -= open.room();
    held.merge(open.owner(), open.room(), Integer::sum);
  }

  void giveBack(Owner owner, int room) {
    free += room;
    held.computeIfPresent(owner, (key, holds) -> holds == room ? null : holds - room);
  }

  /** Refuses the opens whose deadline has passed. */
  void expire(long now) {
    List<Command.Open> expired = new ArrayList<>();
    for (Command.Open open : waiting) {
      if (open.deadline() - now <= 0) {
        expired.add(open);
      }
    }
    waiting.removeAll(expired);
    expired.forEach(open -> open.refuse(noRoom(open)));
  }

  Duration untilNextExpiry(long now) {
    return waiting.stream()
        .map(open -> Duration.ofNanos(Math.max(0, open.deadline() - now)))
        .min(Duration::compareTo)
        .orElse(IDLE);
  }

  private CapacityException noRoom(Command.Open open) {
    String reason =
        isWithinShare(open)
            ? "%d of %d are free".formatted(free, cacheTokens)
            : "this client holds %d of at most %d"
                .formatted(heldBy(open.owner()), open.owner().mostTokens());
    return new CapacityException(
        "cache: no room for %d tokens, %s (expected: enough room; try again later)"
            .formatted(open.room(), reason),
        RETRY_AFTER);
  }
}
