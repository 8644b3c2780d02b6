package dev.panda.orchestrator.serving.api.grpc;

import dev.panda.answer.Reason;
import dev.panda.answer.RefusedException;
import dev.panda.api.generation.v1.GenerateRequest;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Bounds the memory of the requests under way, so that large ones that wait for a service do not
 * fill the heap. Any number of threads may use it.
 */
final class RequestMemory {
  /** What a byte of a request takes while it is parsed, kept and passed on to a service. */
  private static final int BYTES_OF_BYTE = 4;

  /** What a token id takes beside its bytes, which may be one only. */
  private static final int BYTES_OF_TOKEN = 12;

  private static final int KILOBYTE = 1024;

  private final int kilobytes;
  private final Semaphore free;

  /**
   * @param bytes the most that all requests together may take
   */
  RequestMemory(long bytes) {
    kilobytes = (int) Math.min(bytes / KILOBYTE, Integer.MAX_VALUE);
    free = new Semaphore(kilobytes);
  }

  /** A quarter of the heap. */
  static RequestMemory ofHeap() {
    return new RequestMemory(Runtime.getRuntime().maxMemory() / 4);
  }

  /** The memory of one request; closing it any number of times gives it back. */
  interface Share extends AutoCloseable {
    @Override
    void close();
  }

  /**
   * Takes the memory of a request. A request that is larger than all there is takes all.
   *
   * @throws RefusedException if the requests under way leave too little
   */
  Share take(GenerateRequest request) {
    long bytes =
        (long) BYTES_OF_BYTE * request.getSerializedSize()
            + (long) BYTES_OF_TOKEN * request.getTokens().getIdsCount();
    int size = (int) Math.min(1 + bytes / KILOBYTE, kilobytes);
    if (!free.tryAcquire(size)) {
      throw new RefusedException(
          Reason.TOO_MANY_GENERATIONS,
          "requests",
          "the memory for large ones is taken",
          "to be tried again later");
    }
    AtomicBoolean taken = new AtomicBoolean(true);
    return () -> {
      if (taken.getAndSet(false)) {
        free.release(size);
      }
    };
  }
}
