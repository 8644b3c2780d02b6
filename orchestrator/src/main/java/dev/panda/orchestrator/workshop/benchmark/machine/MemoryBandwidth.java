package dev.panda.orchestrator.workshop.benchmark.machine;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * How fast memory is read. Each thread compares the two halves of its own array, which are equal,
 * with the JDK's vectorised comparison. All arrays together are larger than most caches.
 */
final class MemoryBandwidth {
  private static final long MOST_BYTES = 1L << 29;
  private static final int HEAP_SHARE = 4;

  /** Longs that a comparison reads of each half: enough to stream, and soon compiled. */
  private static final int BLOCK = 1 << 16;

  private static final long WARM_UP = TimeUnit.MILLISECONDS.toNanos(200);
  private static final long MEASURED = TimeUnit.MILLISECONDS.toNanos(300);

  private MemoryBandwidth() {}

  static double bytesPerSecond(int threads) {
    long bytes = Math.min(MOST_BYTES, Runtime.getRuntime().maxMemory() / HEAP_SHARE);
    int blocks = (int) Math.max(1, bytes / threads / (2L * BLOCK * Long.BYTES));
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      List<CompletableFuture<Double>> readers =
          IntStream.range(0, threads)
              .mapToObj(i -> CompletableFuture.supplyAsync(() -> ofOneThread(blocks), pool))
              .toList();
      return readers.stream().mapToDouble(CompletableFuture::join).sum();
    } finally {
      pool.shutdown();
    }
  }

  private static double ofOneThread(int blocks) {
    long[] array = new long[2 * blocks * BLOCK];
    read(array, blocks, WARM_UP);
    return read(array, blocks, MEASURED);
  }

  private static double read(long[] array, int blocks, long nanos) {
    int half = array.length / 2;
    long start = System.nanoTime();
    long read = 0;
    while (System.nanoTime() - start < nanos) {
      int from = (int) (read % blocks) * BLOCK;
      int to = from + BLOCK;
      if (Arrays.mismatch(array, from, to, array, half + from, half + to) >= 0) {
        throw new IllegalStateException("memory: changed (expected: zeros)");
      }
      read++;
    }
    return read * 2.0 * BLOCK * Long.BYTES * 1e9 / (System.nanoTime() - start);
  }
}
