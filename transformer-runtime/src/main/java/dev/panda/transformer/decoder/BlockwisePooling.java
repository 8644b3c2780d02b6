package dev.panda.transformer.decoder;

import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.IValue;
import java.util.Arrays;

/** The states of a sequence on their way up the blocks, and what has been read of them. */
final class BlockwisePooling implements Pooling {
  private final DecoderModule module;
  private final PoolingPlan plan;
  private final float[] result;
  private PtNDArray states;
  private int done;

  BlockwisePooling(DecoderModule module, int[] tokens, PoolingPlan plan, long activationType) {
    this.module = module;
    this.plan = plan;
    this.result = plan.emptyResult();
    try (PtNDManager scope = module.scope()) {
      keep(
          module.call(
              "embed", scope, module.indices(scope, longs(tokens)), IValue.from(activationType)));
    }
  }

  @Override
  public boolean advance(int blocks) {
    int end = blocks < plan.blocks() - done ? done + blocks : plan.blocks();
    while (done < end) {
      climb(nextStop(end));
    }
    return done == plan.blocks();
  }

  /** The next block after which states are read, but at most {@code end}. */
  private int nextStop(int end) {
    int stop = done + 1;
    while (stop < end && !plan.reads(stop)) {
      stop++;
    }
    return stop;
  }

  private void climb(int stop) {
    try (PtNDManager scope = module.scope()) {
      keep(
          module.call(
              "blocks",
              scope,
              IValue.from(states),
              IValue.from((long) done),
              IValue.from((long) stop)));
      done = stop;
      if (plan.reads(stop)) {
        PtNDArray part =
            module.call(
                "pool",
                scope,
                IValue.from(states),
                IValue.from(stop - 1L),
                IValue.from((long) plan.start()),
                IValue.listFrom(longs(plan.ends())));
        plan.put(stop, part.toFloatArray(), result);
      }
    }
  }

  private void keep(PtNDArray next) {
    next.attach(module.manager());
    close();
    states = next;
  }

  @Override
  public float[] pooled() {
    if (done < plan.blocks()) {
      throw new IllegalStateException(
          "pooled: after %d blocks (expected: %d)".formatted(done, plan.blocks()));
    }
    return result;
  }

  private static long[] longs(int[] values) {
    return Arrays.stream(values).asLongStream().toArray();
  }

  @Override
  public void close() {
    if (states != null) {
      states.close();
    }
  }
}
