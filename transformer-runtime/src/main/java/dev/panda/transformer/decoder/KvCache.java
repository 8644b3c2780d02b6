package dev.panda.transformer.decoder;

import java.util.Arrays;
import java.util.function.Consumer;

/**
 * The slots of one sequence's keys and values in the decoder's cache. The caller closes it, which
 * frees the slots.
 *
 * <pre>
 *   0 … length - 1   length … length + candidates - 1      … room - 1
 *   accepted         candidates of the last step            free
 * </pre>
 */
public final class KvCache implements AutoCloseable {
  private int[] slots;
  private final boolean consecutive;
  private final int pitch;
  private final int placesInPool;
  private final Consumer<int[]> free;
  private boolean closed;

  /**
   * Holds slots of a pool.
   *
   * @param slots one for each token
   * @param pitch as {@link #pitch}
   * @param placesInPool number of the pool's slots from the first one on
   * @param free takes the slots back
   */
  KvCache(int[] slots, int pitch, int placesInPool, Consumer<int[]> free) {
    this.slots = slots;
    this.consecutive = slots[slots.length - 1] - slots[0] == slots.length - 1;
    this.pitch = pitch;
    this.placesInPool = placesInPool;
    this.free = free;
  }

  /**
   * The distance between the first slots of lanes, of which this is one: its slots follow one
   * another from a multiple of the pitch on. 0 if it is none.
   */
  int pitch() {
    return pitch;
  }

  /** Number of the pool's slots from the first one on, whoever has them. */
  int placesInPool() {
    return placesInPool;
  }

  /** Number of tokens that fit, candidates included. */
  public int room() {
    return slots.length;
  }

  /** The slot of a token, by its place in the sequence. */
  int slot(int place) {
    return slots[place];
  }

  /** The slots of the first tokens. */
  int[] slots(int tokens) {
    return Arrays.copyOf(slots, tokens);
  }

  /** Gives back the room beyond the first tokens, at least one. */
  public void shrink(int tokens) {
    free.accept(Arrays.copyOfRange(slots, tokens, slots.length));
    slots = slots(tokens);
  }

  /** Whether the slots follow one another. */
  boolean isConsecutive() {
    return consecutive;
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      free.accept(slots);
    }
  }
}
