package dev.panda.transformer.checkpoint;

import java.util.Arrays;
import java.util.Random;

/**
 * Seeded damage to a file's bytes; {@code -Dtest.seed=…} replays a run.
 *
 * @param seed printed by the test that uses it
 */
public record Mutations(long seed) {

  public static Mutations seeded() {
    long seed = Long.getLong("test.seed", System.nanoTime());
    System.out.println("test.seed=" + seed);
    return new Mutations(seed);
  }

  /**
   * Damages a copy: replaces some bytes, and truncates every fourth copy.
   *
   * @param from offset of the first byte that may be damaged
   * @param to offset after the last byte that may be damaged
   */
  public byte[] damage(byte[] bytes, int round, int from, int to) {
    Random random = new Random(seed * 31 + round);
    byte[] damaged = bytes.clone();
    int flips = 1 + random.nextInt(4);
    for (int i = 0; i < flips; i++) {
      damaged[from + random.nextInt(to - from)] = (byte) random.nextInt(256);
    }
    return round % 4 == 0 ? Arrays.copyOf(bytes, random.nextInt(bytes.length)) : damaged;
  }
}
