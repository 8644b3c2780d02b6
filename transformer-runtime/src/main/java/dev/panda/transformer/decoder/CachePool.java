package dev.panda.transformer.decoder;

import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.IValue;
import java.util.Arrays;
import java.util.BitSet;

/**
 * The keys and values of all sequences in one array, [L, slots, 2, G, D], and which of its slots
 * are taken. The array is made once, so no step needs memory for a cache.
 */
final class CachePool {
  private final PtNDArray array;
  private final int size;
  private final BitSet taken = new BitSet();

  CachePool(DecoderModule module, int slots, int type) {
    this.size = slots;
    try (PtNDManager scope = module.scope()) {
      this.array = module.call("cache", scope, IValue.from((long) slots), IValue.from((long) type));
      array.attach(module.manager());
    }
  }

  PtNDArray array() {
    return array;
  }

  /**
   * Takes slots in ascending order; consecutive ones if there are.
   *
   * @throws IllegalArgumentException if too few are free
   */
  KvCache take(int room) {
    int free = size - taken.cardinality();
    if (room < 1 || room > free) {
      throw new IllegalArgumentException(
          "room: %d (expected: 1 to %d, the free slots of the cache)".formatted(room, free));
    }
    int[] slots = new int[room];
    int first = firstRun(room);
    for (int i = 0; i < room; i++) {
      slots[i] = first >= 0 ? first + i : taken.nextClearBit(i == 0 ? 0 : slots[i - 1] + 1);
    }
    Arrays.stream(slots).forEach(taken::set);
    return new KvCache(slots, freed -> Arrays.stream(freed).forEach(taken::clear));
  }

  /** The first of that many consecutive free slots, or -1. */
  private int firstRun(int room) {
    int first = taken.nextClearBit(0);
    while (first + room <= size) {
      int next = taken.nextSetBit(first);
      if (next < 0 || next - first >= room) {
        return first;
      }
      first = taken.nextClearBit(next);
    }
    return -1;
  }
}
