package dev.panda.transformer.engine;

import dev.panda.transformer.checkpoint.Checkpoint;
import dev.panda.transformer.checkpoint.ModelConfig;
import dev.panda.transformer.decoder.Decoder;
import dev.panda.transformer.decoder.ForwardPasses;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Runs one decoder for many sequences at once. One thread owns the model. In each round it computes
 * as many of the waiting sequences' tokens as the budget allows. Many threads may use an engine.
 *
 * <p>Futures complete on the engine's thread: their dependent actions must be short and must not
 * block.
 */
public final class Engine implements AutoCloseable {
  /** How many opens may wait, and how many poolings; the engine refuses more at once. */
  static final int MAX_WAITING = 1024;

  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  private final ForwardPasses decoder;
  private final EngineOptions options;
  private final EngineState state;
  private final Places opens = new Places(MAX_WAITING);
  private final Places pools = new Places(MAX_WAITING);

  /**
   * Bounded: by the waiting opens and poolings, one withdrawal for each of these, and for each
   * sequence one advance and its close.
   */
  private final LinkedBlockingQueue<Command> commands = new LinkedBlockingQueue<>();

  private final ExecutorService owner = Executors.newSingleThreadExecutor(Engine::thread);
  private final CompletableFuture<Throwable> failure = new CompletableFuture<>();

  /** Why the engine accepts no more commands; null while it is open. */
  private volatile RuntimeException closed;

  /**
   * Loads the decoder on the thread that will run it. OpenMP keeps a team for every thread that has
   * computed. If the teams together have more threads than there are processors, no team spins
   * between operations, and a step takes half as long again.
   */
  Engine(Supplier<ForwardPasses> loading, EngineOptions options) {
    this.decoder = load(loading);
    this.options = options;
    this.state = new EngineState(decoder, options, this::submit);
    owner.execute(this::run);
  }

  private static Thread thread(Runnable task) {
    Thread thread = new Thread(task, "engine");
    thread.setDaemon(true);
    return thread;
  }

  private ForwardPasses load(Supplier<ForwardPasses> loading) {
    try {
      return CompletableFuture.supplyAsync(loading, owner).join();
    } catch (CompletionException e) {
      owner.shutdown();
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw (RuntimeException) e.getCause();
    }
  }

  /**
   * Loads a checkpoint's weights. The caller closes the engine, and may close the checkpoint at any
   * time after this call.
   *
   * @throws dev.panda.transformer.checkpoint.CheckpointException if a tensor is missing, has
   *     another shape than the configuration implies, or is not finite
   * @throws IllegalArgumentException if an option does not fit the model or the machine
   */
  public static Engine load(Checkpoint checkpoint, EngineOptions options) {
    return new Engine(() -> Decoder.load(checkpoint, options.decoderOptions()), options);
  }

  public ModelConfig config() {
    return decoder.config();
  }

  /**
   * Largest number of tokens of a sequence, prompt and response together: the model's context or
   * the whole cache, whichever is smaller.
   */
  public int contextLength() {
    return decoder.contextLength();
  }

  /** Number of rows whose products cost little more than one row's. */
  public int rowsAtOnce() {
    return options.rowsAtOnce();
  }

  /**
   * Completes with the cause if the engine ends other than by {@link #close}: memory ran out, the
   * device failed, or the engine's thread was interrupted. The engine then fails everything that
   * waits, and serves nothing more.
   */
  public CompletableFuture<Throwable> failure() {
    return failure.copy();
  }

  /** Number of native arrays that the model holds: weights, caches and leaked arrays. */
  int liveArrays() {
    return decoder.liveArrays();
  }

  /** Number of sequences that hold room in the cache. */
  public int openSequences() {
    return state.openSequences();
  }

  /**
   * Opens a sequence and reserves its room in the cache, waiting for room up to the options'
   * timeout. If the future is cancelled while it waits, it takes no room.
   *
   * @return fails with {@link CapacityException} if no room becomes free in time or too many opens
   *     wait, and with {@link CancellationException} once the engine is closed or has failed
   * @throws IllegalArgumentException if the request exceeds the context, the whole cache or one
   *     round
   */
  public CompletableFuture<Sequence> open(SequenceRoom room, Owner owner) {
    int maxTokens = room.maxTokens();
    int maxCandidates = room.maxCandidates();
    if (maxTokens < 1 || maxTokens > contextLength()) {
      throw new IllegalArgumentException(
          "maxTokens: %d (expected: 1 to %d, the context length)"
              .formatted(maxTokens, contextLength()));
    }
    if (maxCandidates < 0 || maxCandidates >= options.roundTokens()) {
      throw new IllegalArgumentException(
          "maxCandidates: %d (expected: 0 to %d, a round less one token)"
              .formatted(maxCandidates, options.roundTokens() - 1));
    }
    if (room.places() > options.cacheTokens()) {
      throw new IllegalArgumentException(
          "maxTokens: %d with %d candidates (expected: at most %d in all, the whole cache)"
              .formatted(maxTokens, maxCandidates, options.cacheTokens()));
    }
    CompletableFuture<Sequence> opened = new CompletableFuture<>();
    long deadline = System.nanoTime() + options.openTimeout().toNanos();
    submit(new Command.Open(room, owner, deadline, opened), opened, opens, owner);
    return opened;
  }

  /** Opens a sequence for the caller alone, as above, that shares nothing. */
  public CompletableFuture<Sequence> open(int maxTokens, int maxCandidates) {
    return open(new SequenceRoom(maxTokens, maxCandidates), Owner.ANYONE);
  }

  /**
   * Opens a sequence, as above, and gives it to a holder that closes it. Cancelling the future ends
   * the wait, or closes the sequence if it is already open.
   */
  public <T> CompletableFuture<T> open(
      SequenceRoom room, Owner owner, Function<Sequence, T> holder) {
    CompletableFuture<Sequence> opening = open(room, owner);
    CompletableFuture<T> held = opening.thenApply(holder);
    CompletableFuture<T> unused =
        held.whenComplete(
            (made, failed) -> {
              if (held.isCancelled() && !opening.cancel(false)) {
                closeWhenOpen(opening);
              }
            });
    return held;
  }

  private static void closeWhenOpen(CompletableFuture<Sequence> opening) {
    CompletableFuture<Void> unused = opening.thenAccept(Sequence::close);
  }

  /**
   * Pools the hidden states of a whole sequence, without a cache. Each round computes a part of one
   * pooling. A pooling that is cancelled is not computed any further.
   *
   * @param tokens the sequence, 1 to the context length
   * @param start first token of the mean
   * @param ends end of each pooling, exclusive, above {@code start}
   * @param layers blocks to read after, from 1
   * @return [ends × layers × (last, mean) × hidden size], row-major; fails with
   *     IllegalArgumentException if an argument is out of bounds, and with {@link
   *     CapacityException} if too many poolings wait
   */
  public CompletableFuture<float[]> pool(int[] tokens, int start, int[] ends, int[] layers) {
    CompletableFuture<float[]> pooled = new CompletableFuture<>();
    submit(
        new Command.Pool(tokens.clone(), start, ends.clone(), layers.clone(), pooled),
        pooled,
        pools,
        Owner.ANYONE);
    return pooled;
  }

  /**
   * Submits a command that may wait long. It leaves at once when its answer is cancelled.
   *
   * @param places of the commands of its kind
   */
  private void submit(Command command, CompletableFuture<?> answer, Places places, Owner owner) {
    if (!places.take(owner)) {
      command.refuse(
          new CapacityException(
              "engine: too many requests wait already (expected: fewer; try again later)",
              RETRY_AFTER));
      return;
    }
    submit(command);
    Object unused =
        answer.whenComplete(
            (done, failed) -> {
              places.giveBack(owner);
              if (answer.isCancelled() && closed == null && !commands.remove(command)) {
                submit(new Command.Withdraw(command));
              }
            });
  }

  private void submit(Command command) {
    commands.add(command);
    if (closed != null) {
      refuseRest();
    }
  }

  /**
   * Serves until closed. Whatever ends the thread, this method answers everyone who still waits.
   */
  private void run() {
    try {
      serve();
    } catch (Throwable e) { // also errors of native code, lack of memory, and interrupts
      fail(e);
    }
    try {
      state.close(closed);
    } finally {
      refuseRest();
      decoder.close();
    }
  }

  private void serve() throws InterruptedException {
    while (closed == null) {
      Command command = next();
      while (command != null) {
        state.handle(command);
        command = next();
      }
      state.expireOpens(System.nanoTime());
      state.round();
    }
  }

  /** Ends the engine for what was thrown, unless it was closed, which interrupts its thread. */
  private void fail(Throwable cause) {
    if (closed != null) {
      return;
    }
    CancellationException reason =
        new CancellationException(
            "engine: ended by %s (expected: open; restart the service)".formatted(cause));
    reason.initCause(cause);
    closed = reason;
    failure.complete(cause);
  }

  private static CancellationException closing() {
    return new CancellationException("engine: closed (expected: open)");
  }

  private Command next() throws InterruptedException {
    if (state.hasWork()) {
      return commands.poll(state.waitForOthers(System.nanoTime()), TimeUnit.NANOSECONDS);
    }
    Duration untilExpiry = state.untilNextExpiry(System.nanoTime());
    return commands.poll(untilExpiry.toNanos(), TimeUnit.NANOSECONDS);
  }

  private void refuseRest() {
    Command command = commands.poll();
    while (command != null) {
      command.refuse(closed);
      command = commands.poll();
    }
  }

  /** Ends every sequence and frees the model; waits for the round that is running. */
  @Override
  public void close() {
    if (closed == null) {
      closed = closing();
    }
    owner.shutdownNow().forEach(Runnable::run); // a task that had not begun only frees
    try {
      boolean unused = owner.awaitTermination(Long.MAX_VALUE, TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
