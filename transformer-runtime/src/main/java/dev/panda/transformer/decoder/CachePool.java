package dev.panda.transformer.decoder;

import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.IValue;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.stream.IntStream;

/**
 * The keys and values of all sequences in one array, [L, slots, 2, G, D], and which of its slots
 * are taken. The array is made once, so no step needs memory for a cache. Beside it, there may be
 * the states of candidates above the blocks with read-outs, [slots, W].
 */
final class CachePool {
  private final DecoderModule module;
  private final PtNDArray array;
  private final PtNDArray states;
  private final int size;
  private final BitSet taken = new BitSet();
  private final BitSet filled = new BitSet();

  /**
   * @param stateWidth W, or 0 if no states are kept
   * @param type PyTorch's number for the type of the numbers
   */
  CachePool(DecoderModule module, int slots, int stateWidth, int type) {
    this.module = module;
    this.size = slots;
    this.array = module.keep("cache", IValue.from((long) slots), IValue.from((long) type));
    this.states =
        module.keep(
            "states_of_slots",
            IValue.from(stateWidth == 0 ? 0L : slots),
            IValue.from((long) stateWidth),
            IValue.from((long) type));
  }

  PtNDArray array() {
    return array;
  }

  PtNDArray states() {
    return states;
  }

  /** Keeps what an accepted candidate left, from one slot to another. */
  void move(int source, int target) {
    move(array, 1, source, target);
    if (states.size() > 0) {
      move(states, 0, source, target);
    }
  }

  private void move(PtNDArray pool, long dimension, int source, int target) {
    module.run(
        "move",
        IValue.from(pool),
        IValue.from(dimension),
        IValue.from((long) source),
        IValue.from((long) target));
  }

  /** Copies keys and values from some slots to others. */
  void copy(int[] source, int[] target) {
    try (PtNDManager scope = module.scope()) {
      module.run(
          "copy",
          IValue.from(array),
          module.indices(scope, Arrays.stream(source).asLongStream().toArray()),
          module.indices(scope, Arrays.stream(target).asLongStream().toArray()));
    }
  }

  int free() {
    return size - taken.cardinality();
  }

  /**
   * Whether there is a lane for a room.
   *
   * @param spare caches whose slots count as free
   */
  boolean hasLane(int room, Collection<KvCache> spare) {
    BitSet used = (BitSet) taken.clone();
    spare.forEach(cache -> Arrays.stream(cache.slots(cache.room())).forEach(used::clear));
    return firstRun(used, room, pitch(room)) >= 0;
  }

  /**
   * Takes slots in ascending order: a lane if one is free, else slots that follow one another, else
   * any.
   *
   * @throws IllegalArgumentException if too few are free
   */
  KvCache take(int room) {
    if (room < 1 || room > free()) {
      throw new IllegalArgumentException(
          "room: %d (expected: 1 to %d, the free slots of the cache)".formatted(room, free()));
    }
    int lane = firstRun(taken, room, pitch(room));
    int first = lane >= 0 ? lane : firstRun(taken, room, 1);
    int[] slots = new int[room];
    for (int i = 0; i < room; i++) {
      slots[i] = first >= 0 ? first + i : taken.nextClearBit(i == 0 ? 0 : slots[i - 1] + 1);
    }
    Arrays.stream(slots).forEach(taken::set);
    fill(Arrays.stream(slots));
    if (lane >= 0) {
      fill(IntStream.range(lane, Math.min(size, lane + pitch(room))));
    }
    return new KvCache(
        slots,
        lane >= 0 ? pitch(room) : 0,
        size - slots[0],
        freed -> Arrays.stream(freed).forEach(taken::clear));
  }

  /** The smallest of 2, 3, 4, 6, 8, 12, 16 … that is not below a room. */
  private static int pitch(int room) {
    int power = 2;
    while (power < room) {
      power *= 2;
    }
    int less = power / 4 * 3;
    return less >= room ? less : power;
  }

  /** The first of that many free slots that follow one another from a multiple on, or -1. */
  private int firstRun(BitSet used, int room, int multiple) {
    int first = 0;
    while (first + room <= size) {
      int next = used.nextSetBit(first);
      if (next < 0 || next - first >= room) {
        return first;
      }
      int clear = used.nextClearBit(next);
      first = (clear + multiple - 1) / multiple * multiple;
    }
    return -1;
  }

  /** Fills the slots that nobody had before; attention reads along what it weighs 0. */
  private void fill(IntStream slots) {
    int[] empty = slots.filter(slot -> !filled.get(slot)).toArray();
    if (empty.length > 0) {
      erase(empty);
      Arrays.stream(empty).forEach(filled::set);
    }
  }

  /** Overwrites keys and values that may be no numbers, which would spoil sums of others. */
  void erase(int[] slots) {
    try (PtNDManager scope = module.scope()) {
      module.run(
          "erase",
          IValue.from(array),
          module.indices(scope, Arrays.stream(slots).asLongStream().toArray()));
    }
  }
}
