package dev.panda.transformer.engine;

import dev.panda.transformer.checkpoint.ModelConfig;
import dev.panda.transformer.decoder.ForwardPasses;
import dev.panda.transformer.decoder.KvCache;
import dev.panda.transformer.decoder.Pooling;
import dev.panda.transformer.decoder.StepInput;
import dev.panda.transformer.decoder.StepOutput;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** A decoder that records its calls and fails on request. */
final class WatchedPasses implements ForwardPasses {
  private final ForwardPasses decoder;
  private final List<String> calls = new CopyOnWriteArrayList<>();
  private final AtomicInteger rows = new AtomicInteger();
  private final CountDownLatch poolEntered = new CountDownLatch(1);
  private final CountDownLatch poolReleased = new CountDownLatch(1);
  private volatile Supplier<Throwable> fails = () -> null;

  WatchedPasses(ForwardPasses decoder) {
    this.decoder = decoder;
  }

  /** The names of the passes so far. */
  List<String> calls() {
    return calls;
  }

  /** Number of rows of all steps so far. */
  int rows() {
    return rows.get();
  }

  /** Makes all passes fail, as long as the supplier gives a failure. */
  void failWith(Supplier<Throwable> failure) {
    fails = failure;
  }

  /** Waits until a pooling has begun; the pooling continues after {@link #releasePool}. */
  void awaitPool() throws InterruptedException {
    poolEntered.await();
  }

  void releasePool() {
    poolReleased.countDown();
  }

  @Override
  public ModelConfig config() {
    return decoder.config();
  }

  @Override
  public int contextLength() {
    return decoder.contextLength();
  }

  @Override
  public KvCache newCache(int room) {
    failIfAsked();
    return decoder.newCache(room);
  }

  private void failIfAsked() {
    Throwable failure = fails.get();
    if (failure instanceof Error error) {
      throw error;
    }
    if (failure instanceof RuntimeException exception) {
      throw exception;
    }
  }

  @Override
  public void move(KvCache cache, int source, int target) {
    failIfAsked();
    decoder.move(cache, source, target);
  }

  @Override
  public int freeRoom() {
    return decoder.freeRoom();
  }

  @Override
  public boolean hasLane(int room, Collection<KvCache> spare) {
    return decoder.hasLane(room, spare);
  }

  @Override
  public void erase(KvCache cache, int[] places) {
    calls.add("erase");
    failIfAsked();
    decoder.erase(cache, places);
  }

  @Override
  public void copy(KvCache from, KvCache to, int tokens) {
    calls.add("copy");
    failIfAsked();
    decoder.copy(from, to, tokens);
  }

  @Override
  public List<StepOutput> step(List<StepInput> inputs, int k) {
    calls.add("step");
    rows.addAndGet(inputs.stream().mapToInt(StepInput::rows).sum());
    failIfAsked();
    return decoder.step(inputs, k);
  }

  @Override
  public List<float[][]> peek(List<StepInput> inputs) {
    calls.add("peek");
    failIfAsked();
    return decoder.peek(inputs);
  }

  @Override
  public Pooling pool(int[] tokens, int start, int[] ends, int[] at) {
    failIfAsked();
    return new WatchedPooling(decoder.pool(tokens, start, ends, at));
  }

  private final class WatchedPooling implements Pooling {
    private final Pooling pooling;

    WatchedPooling(Pooling pooling) {
      this.pooling = pooling;
    }

    @Override
    public boolean advance(int blocks) {
      calls.add("pool");
      poolEntered.countDown();
      try {
        poolReleased.await();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      failIfAsked();
      return pooling.advance(blocks);
    }

    @Override
    public float[] pooled() {
      return pooling.pooled();
    }

    @Override
    public void close() {
      pooling.close();
    }
  }

  @Override
  public int liveArrays() {
    return decoder.liveArrays();
  }

  @Override
  public void close() {
    calls.add("close");
    decoder.close();
  }
}
