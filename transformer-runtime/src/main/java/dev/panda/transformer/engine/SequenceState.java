package dev.panda.transformer.engine;

import dev.panda.transformer.decoder.ForwardPasses;
import dev.panda.transformer.decoder.KvCache;
import dev.panda.transformer.decoder.NextTokens;
import dev.panda.transformer.decoder.StepInput;
import dev.panda.transformer.decoder.StepOutput;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CancellationException;

/** The engine thread's view of one sequence: its cache and its pending advance. */
final class SequenceState {
  private static final int[] NONE = {};
  private static final float[] NO_READOUTS = {};

  private final SequenceRoom room;
  private final Owner owner;
  private final KvCache cache;
  private long number;
  private final int[] text;
  private int length;
  private int shared;
  private boolean failed;
  private int[] lastCandidates = NONE;
  private float[][] lastReadouts = {};
  private boolean lastGuided;
  private Command.Advance pending;
  private Command.Read reading;
  private float[][] acceptedReadouts;
  private int done;
  private Optional<NextTokens> next = Optional.empty();
  private boolean resumes;
  private boolean closed;

  SequenceState(SequenceRoom room, Owner owner, KvCache cache) {
    this.room = room;
    this.owner = owner;
    this.cache = cache;
    this.text = new int[room.maxTokens()];
  }

  int maxTokens() {
    return room.maxTokens();
  }

  int maxCandidates() {
    return room.maxCandidates();
  }

  /** Whether its last advance began before that of the other. */
  boolean isOlderThan(SequenceState other) {
    return number < other.number;
  }

  KvCache cache() {
    return cache;
  }

  /** The tokens whose keys and values the cache has; none if they cannot be relied on. */
  int[] computedTokens() {
    return failed ? NONE : Arrays.copyOf(text, length);
  }

  /** The tokens that the cache has after the pending advance. */
  int[] comingTokens() {
    if (failed || pending == null) {
      return computedTokens();
    }
    int[] rest = pending.accepted();
    int[] all = Arrays.copyOf(text, length + rest.length - done);
    System.arraycopy(rest, done, all, length, rest.length - done);
    return all;
  }

  /** The tokens that the sequence may take over from another: none once it has computed some. */
  int[] sharableTokens() {
    if (length > 0 || pending == null) {
      return NONE;
    }
    int most = Math.min(room.sharable(), pending.accepted().length - 1);
    return Arrays.copyOf(pending.accepted(), Math.max(0, most));
  }

  /** Takes over that many first tokens, whose keys and values are in the cache. */
  void share(int tokens) {
    shared = tokens;
    Arrays.fill(acceptedReadouts, 0, tokens, NO_READOUTS);
    append(tokens);
  }

  private void append(int tokens) {
    System.arraycopy(pending.accepted(), done, text, length, tokens);
    done += tokens;
    length += tokens;
  }

  Owner owner() {
    return owner;
  }

  boolean isClosed() {
    return closed;
  }

  boolean isBusy() {
    return pending != null || reading != null;
  }

  /**
   * Begins to read further next tokens of the last advance.
   *
   * @throws IllegalArgumentException if there are no such tokens
   */
  void begin(Command.Read read) {
    int known = lastCandidates.length;
    int most = lastGuided && next.isPresent() ? next.get().ids().length : 0;
    if (read.candidates() <= known || read.candidates() > most) {
      throw new IllegalArgumentException(
          "candidates: %d (expected: %d to %d, further ones of a guided advance)"
              .formatted(read.candidates(), known + 1, most));
    }
    reading = read;
  }

  /** The further candidates that are to be read. */
  StepInput furtherCandidates() {
    int known = lastCandidates.length;
    int[] further = Arrays.copyOfRange(next.orElseThrow().ids(), known, reading.candidates());
    return new StepInput(cache, length, NONE, further, known, false, false);
  }

  /** Finishes a reading with the further candidates' read-outs. */
  void read(int[] further, float[][] readouts) {
    lastCandidates = join(lastCandidates, further);
    float[][] all = Arrays.copyOf(lastReadouts, lastCandidates.length);
    System.arraycopy(readouts, 0, all, lastReadouts.length, readouts.length);
    lastReadouts = all;
    Command.Read finished = reading;
    reading = null;
    finished.read().complete(readouts);
  }

  private static int[] join(int[] first, int[] second) {
    int[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }

  /**
   * Begins an advance; returns whether there are tokens to compute.
   *
   * @param begun ascending number of the advance
   */
  boolean begin(Command.Advance advance, ForwardPasses decoder, long begun) {
    pending = advance;
    number = begun;
    done = 0;
    shared = 0;
    next = Optional.empty();
    acceptedReadouts = new float[advance.accepted().length][];
    resumes = false;
    keepAcceptedCandidate(decoder);
    lastCandidates = NONE;
    if (remainingAccepted() + advance.candidates().length > 0) {
      return true;
    }
    finish(NONE, new float[0][]);
    return false;
  }

  /**
   * Goes on from what the last advance computed of the first accepted token, if it was a candidate.
   * A guided advance computed its lower blocks alone, any other all blocks.
   */
  private void keepAcceptedCandidate(ForwardPasses decoder) {
    int[] accepted = pending.accepted();
    boolean alone = accepted.length == 1 && pending.candidates().length == 0;
    boolean neededForNext = pending.k() > 0 && accepted.length == 1;
    if (accepted.length == 0 || (lastGuided ? !alone : neededForNext)) {
      return;
    }
    for (int i = 0; i < lastCandidates.length; i++) {
      if (lastCandidates[i] == accepted[0]) {
        decoder.move(cache, length + i, length);
        acceptedReadouts[0] = lastReadouts[i];
        if (lastGuided) {
          resumes = true;
        } else {
          append(1);
        }
        return;
      }
    }
  }

  int remainingAccepted() {
    return pending.accepted().length - done;
  }

  /** What is still to be computed. A guided advance reads its candidates in passes of their own. */
  Schedule.Need need() {
    return new Schedule.Need(remainingAccepted(), pending.candidates().length);
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
    return new StepInput(cache, length, accepted, candidates, 0, wantsNext, resumes);
  }

  /** The candidates of a guided advance whose accepted tokens are computed. */
  StepInput candidatesToPeek() {
    return new StepInput(cache, length, NONE, guidedCandidates(), false);
  }

  private int[] guidedCandidates() {
    return pending.guided().orElseThrow().candidates(next.orElseThrow());
  }

  /** What is to be done with an advance. */
  enum Progress {
    /** More of its tokens are to be computed. */
    GOES_ON,
    /** Its next tokens are to be read as candidates. */
    PEEKS,
    /** Only one of its next tokens can win, so none is to be read. */
    DECIDED,
    FINISHED
  }

  /** Stores the results of a part. */
  Progress computed(StepInput part, StepOutput output) {
    if (output.next().isPresent()) {
      next = output.next().map(likeliest -> likeliest.first(pending.k()));
    }
    int accepted = part.accepted().length;
    if (!part.resumes()) {
      System.arraycopy(output.readouts(), 0, acceptedReadouts, done, accepted);
    }
    append(accepted);
    if (remainingAccepted() > 0) {
      return Progress.GOES_ON;
    }
    if (pending.guided().isPresent()) {
      return guidedCandidates().length > 0 ? Progress.PEEKS : Progress.DECIDED;
    }
    if (part.candidates().length < pending.candidates().length) {
      return Progress.GOES_ON;
    }
    float[][] readouts = output.readouts();
    int ofAccepted = part.resumes() ? 0 : accepted;
    finish(part.candidates(), Arrays.copyOfRange(readouts, ofAccepted, readouts.length));
    return Progress.FINISHED;
  }

  /** Finishes an advance with its candidates' read-outs. */
  void finish(int[] candidates, float[][] candidateReadouts) {
    lastCandidates = candidates;
    lastReadouts = candidateReadouts;
    lastGuided = pending.guided().isPresent();
    Command.Advance finished = pending;
    pending = null;
    finished
        .advanced()
        .complete(new AdvanceResult(acceptedReadouts, candidateReadouts, next, shared));
  }

  /** Fails the pending advance, if any. What the sequence has computed cannot be relied on. */
  void fail(RuntimeException reason) {
    failed = true;
    refuse(reason);
  }

  private void refuse(RuntimeException reason) {
    if (reading != null) {
      Command.Read refused = reading;
      reading = null;
      refused.refuse(reason);
    }
    if (pending != null) {
      Command.Advance refused = pending;
      pending = null;
      refused.refuse(reason);
    }
  }

  /** Ends the sequence; its cache stays. */
  void close() {
    closed = true;
    refuse(new CancellationException("sequence: closed (expected: open)"));
  }
}
