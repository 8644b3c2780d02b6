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
  private final Consumer<int[]> free;
  private boolean closed;

  /**
   * @param slots one for each token
   * @param free takes the slots back
   */
  KvCache(int[] slots, Consumer<int[]> free) {
    this.slots = slots;
    this.consecutive = slots[slots.length - 1] - slots[0] == slots.length - 1;
    this.free = free;
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
