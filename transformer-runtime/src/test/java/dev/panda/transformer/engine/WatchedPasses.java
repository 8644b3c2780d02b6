package dev.panda.transformer.engine;

import dev.panda.transformer.checkpoint.ModelConfig;
import dev.panda.transformer.decoder.ForwardPasses;
import dev.panda.transformer.decoder.KvCache;
import dev.panda.transformer.decoder.StepInput;
import dev.panda.transformer.decoder.StepOutput;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;

/** A decoder that records its calls and fails on request. */
final class WatchedPasses implements ForwardPasses {
  private final ForwardPasses decoder;
  private final List<String> calls = new CopyOnWriteArrayList<>();
  private final CountDownLatch poolEntered = new CountDownLatch(1);
  private final CountDownLatch poolReleased = new CountDownLatch(1);
  private volatile Supplier<Error> stepFails = () -> null;
  private volatile boolean moveFails;

  WatchedPasses(ForwardPasses decoder) {
    this.decoder = decoder;
  }

  /** The names of the passes so far. */
  List<String> calls() {
    return calls;
  }

  void failStepsWith(Supplier<Error> error) {
    stepFails = error;
  }

  void failMoves(boolean fail) {
    moveFails = fail;
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
    return decoder.newCache(room);
  }

  @Override
  public void move(KvCache cache, int source, int target) {
    if (moveFails) {
      throw new IllegalStateException("move failed");
    }
    decoder.move(cache, source, target);
  }

  @Override
  public StepOutput step(List<StepInput> inputs, int k) {
    calls.add("step");
    Error error = stepFails.get();
    if (error != null) {
      throw error;
    }
    return decoder.step(inputs, k);
  }

  @Override
  public float[] pool(int[] tokens, int start, int[] ends, int[] at) {
    calls.add("pool");
    poolEntered.countDown();
    try {
      poolReleased.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    return decoder.pool(tokens, start, ends, at);
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
