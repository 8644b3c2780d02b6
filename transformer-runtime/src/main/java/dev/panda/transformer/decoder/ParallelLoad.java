package dev.panda.transformer.decoder;

import ai.djl.pytorch.jni.JniUtils;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/** Fills matrices, several at once, the largest first. */
final class ParallelLoad {
  private static final Logger LOG = System.getLogger(ParallelLoad.class.getName());
  private static final long REPORT_SECONDS = 2;

  private final DecoderModule module;
  private final Level logged;
  private final Optional<Int4Packing> packing;
  private final Queue<LoadedMatrix> left;
  private final long size;
  private final AtomicLong loaded = new AtomicLong();

  /**
   * @param logged level of what the log says of it
   */
  ParallelLoad(DecoderModule module, List<LoadedMatrix> matrices, Level logged) {
    this.module = module;
    this.logged = logged;
    this.packing =
        matrices.stream().anyMatch(matrix -> matrix.format() == MatrixFormat.INT4)
            ? Optional.of(Int4Packing.of(module))
            : Optional.empty();
    this.size = matrices.stream().mapToLong(matrix -> matrix.source().size()).sum();
    Comparator<LoadedMatrix> bySize = Comparator.comparingLong(matrix -> matrix.source().size());
    this.left = new ConcurrentLinkedQueue<>(matrices.stream().sorted(bySize.reversed()).toList());
  }

  /**
   * Fills all matrices. The first failure, or an interrupt, stops every thread. No thread uses the
   * module after this method has returned or thrown.
   *
   * @param threads number of matrices that are filled at once, each by one thread
   */
  void run(int threads) {
    ExecutorService workers = Executors.newFixedThreadPool(threads);
    try {
      CompletableFuture<?>[] running = new CompletableFuture<?>[threads];
      for (int i = 0; i < threads; i++) {
        running[i] = CompletableFuture.runAsync(this::fill, workers);
      }
      await(CompletableFuture.allOf(running));
    } finally {
      workers.shutdown();
      JniUtils.setNumThreads(threads);
    }
  }

  private void fill() {
    JniUtils.setNumThreads(1); // each worker has a core of its own
    MatrixLoader loader = new MatrixLoader(module, packing);
    try {
      for (LoadedMatrix next = left.poll(); next != null; next = left.poll()) {
        next.fill(module, loader);
        loaded.addAndGet(next.source().size());
      }
    } catch (RuntimeException | Error e) {
      left.clear();
      throw e;
    }
  }

  private void await(CompletableFuture<Void> all) {
    boolean interrupted = false;
    while (true) {
      try {
        all.get(REPORT_SECONDS, TimeUnit.SECONDS);
        break;
      } catch (TimeoutException stillLoading) {
        LOG.log(
            logged,
            "loading: {0} % of {1} million weights",
            100 * loaded.get() / size,
            size / 1_000_000);
      } catch (ExecutionException e) {
        throw e.getCause() instanceof RuntimeException failure
            ? failure
            : new CompletionException(e.getCause());
      } catch (InterruptedException e) {
        left.clear();
        interrupted = true; // the threads finish the matrices that they have begun
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
      throw new CancellationException("loading: interrupted (expected: to be finished)");
    }
  }
}
