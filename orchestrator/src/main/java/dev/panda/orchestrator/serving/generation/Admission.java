package dev.panda.orchestrator.serving.generation;

import dev.panda.answer.Reason;
import dev.panda.answer.RefusedException;
import dev.panda.orchestrator.serving.port.RewardModels;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Bounds the generations under way, so that a reward service that hangs cannot take the room of
 * those that do without it: half of the places are kept, in equal parts, for the requests that need
 * each of the reward services and for those that need none. The latter may have every place, as all
 * requests need what they need. Any number of threads may use it.
 */
final class Admission {
  private static final String LATER = "to be tried again later";

  private final int most;
  private final int kept;

  // Guarded by this.
  private final IdentityHashMap<RewardModels, Integer> byService = new IdentityHashMap<>();
  private int underWay;
  private int withoutRewards;

  /**
   * @param most largest number of generations at a time
   */
  Admission(int most, List<? extends RewardModels> services) {
    this.most = most;
    this.kept = services.isEmpty() ? 0 : most / 2 / (services.size() + 1);
    services.forEach(service -> byService.put(service, 0));
  }

  /** The place of one generation; closing it gives the place back. */
  final class Place implements AutoCloseable {
    private boolean rewarded;
    private Set<RewardModels> services = Set.of();

    private Place(boolean rewarded) {
      this.rewarded = rewarded;
    }

    /**
     * Says which reward services the generation needs, once.
     *
     * @throws RefusedException if the rest is kept for generations that do without these services
     */
    void need(Set<RewardModels> needed) {
      synchronized (Admission.this) {
        if (needed.isEmpty()) {
          withoutRewards += rewarded ? 1 : 0;
          rewarded = false;
          return;
        }
        // It is under way itself, so the last place of all is free for it.
        if (underWay + keptForOthers(needed) > most) {
          throw refused("%d under way, the rest kept for other services".formatted(underWay));
        }
        services = needed;
        count(1);
      }
    }

    private void count(int one) {
      services.forEach(service -> byService.merge(service, one, Integer::sum));
    }

    @Override
    public void close() {
      synchronized (Admission.this) {
        underWay--;
        withoutRewards -= rewarded ? 0 : 1;
        count(-1);
      }
    }
  }

  /**
   * Gives a place to a generation.
   *
   * @param rewarded whether it needs a reward service
   * @throws RefusedException if there is none
   */
  synchronized Place enter(boolean rewarded) {
    if (underWay + (rewarded ? free(withoutRewards) : 0) >= most) {
      throw refused(underWay + " under way");
    }
    underWay++;
    withoutRewards += rewarded ? 0 : 1;
    return new Place(rewarded);
  }

  private int keptForOthers(Set<RewardModels> needed) {
    int free = free(withoutRewards);
    for (Map.Entry<RewardModels, Integer> service : byService.entrySet()) {
      free += needed.contains(service.getKey()) ? 0 : free(service.getValue());
    }
    return free;
  }

  private int free(int used) {
    return Math.max(0, kept - used);
  }

  private static RefusedException refused(String value) {
    return new RefusedException(Reason.TOO_MANY_GENERATIONS, "generations", value, LATER);
  }
}
