package dev.panda.transformer.engine;

import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * One sequence of tokens in the engine's cache. The caller closes it, which frees its room at once.
 * Only one thread at a time may use it, but any thread may close it.
 */
public final class Sequence implements AutoCloseable {
  private final SequenceState state;
  private final int vocabSize;
  private final Consumer<Command> engine;
  private final AtomicBoolean closed = new AtomicBoolean();
  private CompletableFuture<AdvanceResult> last = CompletableFuture.completedFuture(null);
  private int length;

  Sequence(SequenceState state, int vocabSize, Consumer<Command> engine) {
    this.state = state;
    this.vocabSize = vocabSize;
    this.engine = engine;
  }

  /**
   * Appends tokens and evaluates candidates for the next token, each independently of the others.
   * The first accepted token costs nothing if it was a candidate of the last advance.
   *
   * @param accepted token ids to append: the whole prompt in the first advance; may be empty later
   * @param candidates token ids to evaluate as the next token, all different; may be empty
   * @param k number of likeliest next tokens to return after the last accepted token; 0 for none
   * @return fails with {@link java.util.concurrent.CancellationException} once the sequence is
   *     closed
   * @throws IllegalArgumentException if a token is not in the vocabulary, the sequence would exceed
   *     its reservation, or next tokens are requested without an accepted token
   * @throws IllegalStateException if the previous advance has not finished
   */
  public CompletableFuture<AdvanceResult> advance(int[] accepted, int[] candidates, int k) {
    if (!last.isDone()) {
      throw new IllegalStateException(
          "advance: the previous one has not finished (expected: finished)");
    }
    checkTokens("accepted", accepted);
    checkTokens("candidates", candidates);
    checkRoom(accepted, candidates);
    if (k < 0 || k > vocabSize || (k > 0 && accepted.length == 0)) {
      throw new IllegalArgumentException(
          "k: %d after %d accepted tokens (expected: 0, or up to %d after at least one)"
              .formatted(k, accepted.length, vocabSize));
    }
    length += accepted.length;
    CompletableFuture<AdvanceResult> advanced = new CompletableFuture<>();
    last = advanced;
    engine.accept(new Command.Advance(state, accepted.clone(), candidates.clone(), k, advanced));
    return advanced;
  }

  private void checkTokens(String name, int[] tokens) {
    for (int token : tokens) {
      if (token < 0 || token >= vocabSize) {
        throw new IllegalArgumentException(
            "%s: token id %d (expected: 0 to %d)".formatted(name, token, vocabSize - 1));
      }
    }
  }

  private void checkRoom(int[] accepted, int[] candidates) {
    int longest = length + accepted.length + Math.min(1, candidates.length);
    if (longest > state.maxTokens()) {
      throw new IllegalArgumentException(
          "tokens: %d (expected: at most %d, as opened)".formatted(longest, state.maxTokens()));
    }
    if (candidates.length > state.maxCandidates()) {
      throw new IllegalArgumentException(
          "candidates: %d (expected: at most %d, as opened)"
              .formatted(candidates.length, state.maxCandidates()));
    }
    if (Arrays.stream(candidates).distinct().count() < candidates.length) {
      throw new IllegalArgumentException(
          "candidates: %s (expected: all different)".formatted(Arrays.toString(candidates)));
    }
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      engine.accept(new Command.Close(state));
    }
  }
}
