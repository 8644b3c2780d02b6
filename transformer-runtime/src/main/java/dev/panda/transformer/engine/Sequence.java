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
  private static final int[] NONE = {};

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
    requireFinished("advance");
    checkTokens("accepted", accepted);
    checkCandidates(candidates);
    checkRoom(accepted.length + Math.min(1, candidates.length));
    checkK(k, accepted.length > 0 || k == 0);
    length += accepted.length;
    return submit(0, accepted, NONE, candidates, k, Optional.empty());
  }

  /**
   * Appends tokens, and returns the likeliest next ones. With guidance it evaluates these as
   * candidates, each independently of the others; the model must have been loaded with its head and
   * with projections. The first accepted token costs less if the last advance evaluated it, and
   * nothing if that was to {@link #foresee} it.
   *
   * @return the candidates' read-outs belong to the first of the next tokens, in their order; there
   *     may be fewer than k. Fails with {@link IllegalArgumentException} if it keeps more of the
   *     last draft than was computed, and with {@link java.util.concurrent.CancellationException}
   *     once the sequence is closed
   * @throws IllegalArgumentException if a token is not in the vocabulary, k is out of bounds, or
   *     the sequence would exceed its reservation
   * @throws IllegalStateException if the previous advance has not finished
   */
  public CompletableFuture<AdvanceResult> next(Continuation to) {
    requireFinished("next");
    boolean guided = to.guided().isPresent();
    checkTokens("accepted", to.accepted());
    checkTokens("draft", to.draft());
    checkKept(to.kept());
    int tokens = to.kept() + to.accepted().length;
    checkRoom(tokens + to.draft().length + (guided ? 1 : 0));
    checkK(to.k(), to.k() > 0 && to.accepted().length > 0);
    int steps = 1 + to.draft().length;
    checkAtMost("candidates", guided ? steps * to.k() : 0, state.room().maxCandidates());
    length += tokens;
    return submit(to.kept(), to.accepted(), to.draft(), NONE, to.k(), to.guided());
  }

  /**
   * Computes the steps after tokens of which one may be accepted next, while the caller decides.
   *
   * @param kept number of first tokens of the last draft that are accepted before
   * @param candidates token ids, all different, at least one
   * @param k number of likeliest next tokens that the {@linkplain #next next} advance may request
   * @return with the tokens' read-outs as those of candidates
   * @throws IllegalArgumentException if a token is not in the vocabulary, k is out of bounds, or
   *     the sequence would exceed its reservation
   * @throws IllegalStateException if the previous advance has not finished
   */
  public CompletableFuture<AdvanceResult> foresee(int kept, int[] candidates, int k) {
    requireFinished("foresee");
    checkKept(kept);
    checkCandidates(candidates);
    checkRoom(kept + 1);
    checkK(k, k > 0 && candidates.length > 0);
    length += kept;
    return submit(kept, NONE, NONE, candidates, k, Optional.empty());
  }

  private CompletableFuture<AdvanceResult> submit(
      int kept, int[] accepted, int[] draft, int[] candidates, int k, Optional<Guidance> guided) {
    CompletableFuture<AdvanceResult> advanced = new CompletableFuture<>();
    last = advanced;
    engine.accept(
        new Command.Advance(
            state, kept, accepted.clone(), draft.clone(), candidates.clone(), k, guided, advanced));
    return advanced;
  }

  /**
   * Evaluates further next tokens of the last advance, which was a guided one.
   *
   * @param drafted number of the draft's tokens that the step is behind
   * @param candidates number of the step's first next tokens that are to be evaluated: more than
   *     are, at most as many as the advance returned
   * @return read-outs of the further ones [further × projection]; fails with {@link
   *     IllegalArgumentException} if there is nothing to read, and with {@link
   *     java.util.concurrent.CancellationException} once the sequence is closed
   * @throws IllegalStateException if the previous advance has not finished
   */
  public CompletableFuture<float[][]> read(int drafted, int candidates) {
    requireFinished("read");
    CompletableFuture<float[][]> read = new CompletableFuture<>();
    last = read;
    engine.accept(new Command.Read(state, drafted, candidates, read));
    return read;
  }

  private void requireFinished(String what) {
    if (!last.isDone()) {
      throw new IllegalStateException(
          what + ": the previous advance has not finished (expected: finished)");
    }
  }

  private void checkTokens(String name, int[] tokens) {
    for (int token : tokens) {
      if (token < 0 || token >= vocabSize) {
        throw new IllegalArgumentException(
            "%s: token id %d (expected: 0 to %d)".formatted(name, token, vocabSize - 1));
      }
    }
  }

  private void checkCandidates(int[] candidates) {
    checkTokens("candidates", candidates);
    checkAtMost("candidates", candidates.length, state.room().maxCandidates());
    if (Arrays.stream(candidates).distinct().count() < candidates.length) {
      throw new IllegalArgumentException(
          "candidates: %s (expected: all different)".formatted(Arrays.toString(candidates)));
    }
  }

  private static void checkKept(int kept) {
    if (kept < 0) {
      throw new IllegalArgumentException("kept: " + kept + " (expected: >= 0)");
    }
  }

  private void checkRoom(int further) {
    checkAtMost("tokens", length + further, state.room().maxTokens());
  }

  private static void checkAtMost(String name, int value, int most) {
    if (value > most) {
      throw new IllegalArgumentException(
          "%s: %d (expected: at most %d, as opened)".formatted(name, value, most));
    }
  }

  private void checkK(int k, boolean allowed) {
    if (!allowed || k < 0 || k > vocabSize) {
      throw new IllegalArgumentException(
          "k: %d (expected: 1 to %d after at least one token, or 0 of an advance)"
              .formatted(k, vocabSize));
    }
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      engine.accept(new Command.Close(state));
    }
  }
}
