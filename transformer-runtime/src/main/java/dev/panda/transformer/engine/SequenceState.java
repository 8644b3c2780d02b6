package dev.panda.transformer.engine;

import dev.panda.transformer.decoder.ForwardPasses;
import dev.panda.transformer.decoder.KvCache;
import dev.panda.transformer.decoder.NextTokens;
import dev.panda.transformer.decoder.StepInput;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CancellationException;

/** The engine thread's view of one sequence: its cache and its pending advance. */
final class SequenceState {
  private static final int[] NONE = {};

  private final int maxTokens;
  private final int maxCandidates;
  private final Owner owner;
  private final KvCache cache;
  private int length;
  private int[] lastCandidates = NONE;
  private float[][] lastReadouts = {};
  private Command.Advance pending;
  private float[][] acceptedReadouts;
  private int done;
  private Optional<NextTokens> next = Optional.empty();
  private boolean closed;

  SequenceState(int maxTokens, int maxCandidates, Owner owner, KvCache cache) {
    this.maxTokens = maxTokens;
    this.maxCandidates = maxCandidates;
    this.owner = owner;
    this.cache = cache;
  }

  int maxTokens() {
    return maxTokens;
  }

  int maxCandidates() {
    return maxCandidates;
  }

  Owner owner() {
    return owner;
  }

  int room() {
    return cache.room();
  }

  boolean isClosed() {
    return closed;
  }

  boolean isBusy() {
    return pending != null;
  }

  /** Begins an advance; returns whether there are tokens to compute. */
  boolean begin(Command.Advance advance, ForwardPasses decoder) {
    pending = advance;
    done = 0;
    next = Optional.empty();
    acceptedReadouts = new float[advance.accepted().length][];
    keepAcceptedCandidate(decoder);
    lastCandidates = NONE;
    if (remainingAccepted() + advance.candidates().length > 0) {
      return true;
    }
    finish(new float[0][]);
    return false;
  }

  private void keepAcceptedCandidate(ForwardPasses decoder) {
    int[] accepted = pending.accepted();
    boolean neededForNext = pending.k() > 0 && accepted.length == 1;
    if (accepted.length == 0 || neededForNext) {
      return;
    }
    for (int i = 0; i < lastCandidates.length; i++) {
      if (lastCandidates[i] == accepted[0]) {
        decoder.move(cache, length + i, length);
        acceptedReadouts[done++] = lastReadouts[i];
        length++;
        return;
      }
    }
  }

  int remainingAccepted() {
    return pending.accepted().length - done;
  }

  int candidates() {
    return pending.candidates().length;
  }

  int k() {
    return pending.k();
  }

  /** The next part of the advance: some accepted tokens; if {@code whole}, the candidates too. */
  StepInput part(int acceptedTokens, boolean whole) {
    int[] accepted = Arrays.copyOfRange(pending.accepted(), done, done + acceptedTokens);
    int[] candidates = whole ? pending.candidates() : NONE;
    boolean wantsNext =
        pending.k() > 0 && acceptedTokens > 0 && acceptedTokens == remainingAccepted();
    return new StepInput(cache, length, accepted, candidates, wantsNext);
  }

  /** Stores the results of a part; returns whether the advance is finished. */
  boolean computed(StepInput part, float[][] readouts, Optional<NextTokens> nextTokens) {
    if (nextTokens.isPresent()) {
      next = nextTokens;
    }
    int accepted = part.accepted().length;
    System.arraycopy(readouts, 0, acceptedReadouts, done, accepted);
    done += accepted;
    length += accepted;
    if (remainingAccepted() > 0 || part.candidates().length < candidates()) {
      return false;
    }
    finish(Arrays.copyOfRange(readouts, accepted, readouts.length));
    return true;
  }

  private void finish(float[][] candidateReadouts) {
    lastCandidates = pending.candidates();
    lastReadouts = candidateReadouts;
    Command.Advance finished = pending;
    pending = null;
    finished.advanced().complete(new AdvanceResult(acceptedReadouts, candidateReadouts, next));
  }

  /** Fails the pending advance, if any. */
  void fail(RuntimeException reason) {
    if (pending != null) {
      Command.Advance failed = pending;
      pending = null;
      failed.refuse(reason);
    }
  }

  void close() {
    if (!closed) {
      closed = true;
      cache.close();
      fail(new CancellationException("sequence: closed (expected: open)"));
    }
  }
}
