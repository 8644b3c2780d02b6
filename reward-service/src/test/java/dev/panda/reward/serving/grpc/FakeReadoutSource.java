package dev.panda.reward.serving.grpc;

import dev.panda.transformer.engine.AdvanceResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * A sequence whose steps the test finishes. The read-outs of token z are z, -z and z, but for one.
 */
final class FakeReadoutSource implements ReadoutSource {
  /** The token whose read-outs are not numbers. */
  static final int NOT_A_NUMBER = 66;

  private final List<int[]> accepted = new ArrayList<>();
  private final List<int[]> candidates = new ArrayList<>();
  private CompletableFuture<AdvanceResult> pending;
  private boolean closed;

  @Override
  public CompletableFuture<AdvanceResult> advance(int[] acceptedTokens, int[] candidateTokens) {
    accepted.add(acceptedTokens);
    candidates.add(candidateTokens);
    pending = new CompletableFuture<>();
    return pending;
  }

  /** The tokens accepted at each step. */
  List<int[]> accepted() {
    return accepted;
  }

  /** The candidates of each step. */
  List<int[]> candidates() {
    return candidates;
  }

  boolean closed() {
    return closed;
  }

  /** Finishes the last step. */
  void answer() {
    int last = accepted.size() - 1;
    pending.complete(
        new AdvanceResult(
            readouts(accepted.get(last)), readouts(candidates.get(last)), Optional.empty()));
  }

  void fail(RuntimeException failure) {
    pending.completeExceptionally(failure);
  }

  private static float[][] readouts(int[] tokens) {
    float[][] readouts = new float[tokens.length][];
    for (int i = 0; i < tokens.length; i++) {
      float readout = tokens[i] == NOT_A_NUMBER ? Float.NaN : tokens[i];
      readouts[i] = new float[] {readout, -readout, readout};
    }
    return readouts;
  }

  @Override
  public void close() {
    closed = true;
  }
}
