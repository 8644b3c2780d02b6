package dev.panda.transformer.engine;

import java.util.Arrays;
import java.util.Optional;
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
  private CompletableFuture<?> last = CompletableFuture.completedFuture(null);
  private int length;

  Sequence(SequenceState state, int vocabSize, Consumer<Command> engine) {
    this.state = state;
    this.vocabSize = vocabSize;
    this.engine = engine;
  }

  /**
   * Appends tokens and evaluates candidates for the next token, each independently of the others.
   * The first accepted token costs nothing if it was a candidate of the last plain advance, unless
   * next tokens are requested after it.
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
    return advance(accepted, candidates, k, Optional.empty());
  }

  private CompletableFuture<AdvanceResult> advance(
      int[] accepted, int[] candidates, int k, Optional<Guidance> guided) {
    if (!last.isDone()) {
      throw new IllegalStateException(
          "advance: the previous one has not finished (expected: finished)");
    }
    checkTokens("accepted", accepted);
    checkTokens("candidates", candidates);
    checkRoom(accepted, candidates, guided.isPresent() ? 1 : Math.min(1, candidates.length));
    if (k < 0 || k > vocabSize || (k > 0 && accepted.length == 0)) {
      throw new IllegalArgumentException(
          "k: %d after %d accepted tokens (expected: 0, or up to %d after at least one)"
              .formatted(k, accepted.length, vocabSize));
    }
    length += accepted.length;
    CompletableFuture<AdvanceResult> advanced = new CompletableFuture<>();
    last = advanced;
    engine.accept(
        new Command.Advance(state, accepted.clone(), candidates.clone(), k, guided, advanced));
    return advanced;
  }

  /**
   * Appends tokens, and evaluates the likeliest next ones as candidates, each independently of the
   * others. If the only accepted token is one that the last advance, a guided one, evaluated, it
   * goes on from that token's state. The model must have been loaded with its head and with
   * projections.
   *
   * @param accepted token ids to append, at least one
   * @param k number of likeliest next tokens to return, 1 to the opened number of candidates
   * @return the candidates' read-outs belong to the first of the next tokens, in their order; there
   *     may be fewer than k. Fails with {@link java.util.concurrent.CancellationException} once the
   *     sequence is closed
   * @throws IllegalArgumentException if a token is not in the vocabulary, k is out of bounds, or
   *     the sequence would exceed its reservation
   * @throws IllegalStateException if the previous advance has not finished
   */
  public CompletableFuture<AdvanceResult> guide(int[] accepted, int k, Guidance guidance) {
    if (k < 1 || k > state.maxCandidates()) {
      throw new IllegalArgumentException(
          "k: %d (expected: 1 to %d, as opened)".formatted(k, state.maxCandidates()));
    }
    return advance(accepted, new int[0], k, Optional.of(guidance));
  }

  /**
   * Evaluates further next tokens of the last advance, which was a guided one.
   *
   * @param candidates number of first next tokens that are to be evaluated: more than are, at most
   *     as many as the advance returned
   * @return read-outs of the further ones [further × projection]; fails with {@link
   *     IllegalArgumentException} if there is nothing to read, and with {@link
   *     java.util.concurrent.CancellationException} once the sequence is closed
   * @throws IllegalStateException if the previous advance has not finished
   */
  public CompletableFuture<float[][]> read(int candidates) {
    if (!last.isDone()) {
      throw new IllegalStateException(
          "read: the previous advance has not finished (expected: finished)");
    }
    CompletableFuture<float[][]> read = new CompletableFuture<>();
    last = read;
    engine.accept(new Command.Read(state, candidates, read));
    return read;
  }

  private void checkTokens(String name, int[] tokens) {
    for (int token : tokens) {
      if (token < 0 || token >= vocabSize) {
        throw new IllegalArgumentException(
            "%s: token id %d (expected: 0 to %d)".formatted(name, token, vocabSize - 1));
      }
    }
  }

  /**
   * @param ahead places after the accepted tokens: one if there are candidates
   */
  private void checkRoom(int[] accepted, int[] candidates, int ahead) {
    int longest = length + accepted.length + ahead;
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
