package dev.panda.transformer.engine;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** A request to the engine's thread. */
sealed interface Command {

  /** Tells the caller that the engine will not do it. */
  void refuse(RuntimeException reason);

  /** Reserves room for a sequence, by a deadline in {@link System#nanoTime} terms. */
  record Open(SequenceRoom needs, Owner owner, long deadline, CompletableFuture<Sequence> opened)
      implements Command {
    int room() {
      return needs.places();
    }

    @Override
    public void refuse(RuntimeException reason) {
      opened.completeExceptionally(reason);
    }
  }

  /**
   * Appends tokens to a sequence and evaluates candidates.
   *
   * @param kept number of first tokens of the last draft that are accepted before
   * @param draft computed behind the accepted tokens, as far as that costs little
   * @param candidates given ones; with {@code guided}, the likeliest next tokens take their place
   * @param k number of next tokens, after the last accepted token and each of the draft's; without
   *     accepted tokens after each candidate
   */
  record Advance(
      SequenceState sequence,
      int kept,
      int[] accepted,
      int[] draft,
      int[] candidates,
      int k,
      Optional<Guidance> guided,
      CompletableFuture<AdvanceResult> advanced)
      implements Command {
    /** Whether the next tokens after candidates are computed ahead. */
    boolean foresees() {
      return k > 0 && accepted.length == 0;
    }

    @Override
    public void refuse(RuntimeException reason) {
      advanced.completeExceptionally(reason);
    }
  }

  /**
   * Evaluates further next tokens of a guided advance.
   *
   * @param drafted number of the draft's tokens that the step is behind
   * @param candidates number of first next tokens of the step that are to be evaluated
   */
  record Read(
      SequenceState sequence, int drafted, int candidates, CompletableFuture<float[][]> read)
      implements Command {
    @Override
    public void refuse(RuntimeException reason) {
      read.completeExceptionally(reason);
    }
  }

  /** Frees a sequence's room. */
  record Close(SequenceState sequence) implements Command {
    @Override
    public void refuse(RuntimeException reason) {}
  }

  /** Pools the hidden states of a whole sequence. */
  record Pool(int[] tokens, int start, int[] ends, int[] layers, CompletableFuture<float[]> pooled)
      implements Command {
    @Override
    public void refuse(RuntimeException reason) {
      pooled.completeExceptionally(reason);
    }
  }

  /** Drops an open or a pooling that was cancelled while it waited. */
  record Withdraw(Command cancelled) implements Command {
    @Override
    public void refuse(RuntimeException reason) {}
  }
}
