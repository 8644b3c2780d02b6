package dev.panda.transformer.engine;

import dev.panda.transformer.decoder.Branches;
import dev.panda.transformer.decoder.ForwardPasses;
import dev.panda.transformer.decoder.KvCache;
import dev.panda.transformer.decoder.NextTokens;
import dev.panda.transformer.decoder.StepInput;
import dev.panda.transformer.decoder.StepOutput;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;

/** The engine thread's view of one sequence: its cache, its last steps and its pending advance. */
final class SequenceState {
  private static final int[] NONE = {};

  private final SequenceRoom room;
  private final Owner owner;
  private final KvCache cache;
  private long number;
  private final int[] text;

  /** Number of tokens in the cache, those of the last draft included. */
  private int length;

  /** The step after the accepted tokens, and those behind the tokens of the last draft. */
  private List<ComputedStep> steps = List.of();

  /** Whether the candidates of the last steps are among their next tokens. */
  private boolean guided;

  /** The next free place in the cache for candidates. */
  private int free;

  private boolean failed;
  private boolean spoilt;
  private PendingAdvance pending;
  private Command.Read reading;
  private int[] counts = NONE;
  private boolean closed;
  private long expectedUntil;
  private boolean late;
  private boolean foresaw;

  SequenceState(SequenceRoom room, Owner owner, KvCache cache) {
    this.room = room;
    this.owner = owner;
    this.cache = cache;
    this.text = new int[room.maxTokens()];
  }

  SequenceRoom room() {
    return room;
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
    return failed || spoilt ? NONE : Arrays.copyOf(text, length);
  }

  /** The tokens that the cache has after the pending advance. */
  int[] comingTokens() {
    if (failed || pending == null) {
      return computedTokens();
    }
    int[] rest = pending.restOfAccepted();
    int[] all = Arrays.copyOf(text, length + rest.length);
    System.arraycopy(rest, 0, all, length, rest.length);
    return all;
  }

  /** The tokens that the sequence may take over from another: none once it has computed some. */
  int[] sharableTokens() {
    if (length > 0 || pending == null) {
      return NONE;
    }
    int[] all = pending.restOfAccepted();
    int most = Math.min(room.sharable(), all.length - 1);
    return Arrays.copyOf(all, Math.max(0, most));
  }

  /** Takes over that many first tokens, whose keys and values are in the cache. */
  void share(int tokens) {
    append(pending.share(tokens));
  }

  private void append(int... tokens) {
    System.arraycopy(tokens, 0, text, length, tokens.length);
    length += tokens.length;
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
   * Begins an advance.
   *
   * @param begun ascending number of the advance
   * @throws IllegalArgumentException if it keeps more of a draft than was computed
   */
  Progress begin(Command.Advance advance, ForwardPasses decoder, long begun) {
    pending = new PendingAdvance(advance);
    number = begun;
    if (spoilt) {
      throw new IllegalArgumentException(
          "sequence: its numbers are not finite (expected: another sequence)");
    }
    if (advance.kept() > 0 && advance.kept() >= steps.size()) {
      throw new IllegalArgumentException(
          "kept: %d tokens of the draft (expected: 0 to %d, those that were computed)"
              .formatted(advance.kept(), Math.max(0, steps.size() - 1)));
    }
    if (!steps.isEmpty()) {
      ComputedStep last = steps.get(advance.kept());
      length = last.behind();
      keepAcceptedCandidate(last, decoder);
    }
    steps = List.of();
    return progress();
  }

  /** Goes on from what the last step has of the first accepted token. */
  private void keepAcceptedCandidate(ComputedStep last, ForwardPasses decoder) {
    int[] accepted = pending.command().accepted();
    Optional<ComputedStep.Candidate> known =
        accepted.length == 0 ? Optional.empty() : last.candidate(accepted[0]);
    if (known.isPresent() && pending.canBegin(known.get())) {
      decoder.move(cache, known.get().place(), length);
      append(pending.begin(known.get()));
    }
  }

  Schedule.Need need() {
    return pending.need();
  }

  int k() {
    return pending.command().k();
  }

  /** Drops the end of the draft, so that at most so many of its tokens are left. */
  void limitDraft(int most) {
    pending.limitDraft(most);
  }

  /** The next part of the advance: some accepted tokens; if {@code whole}, all the rest too. */
  StepInput part(int acceptedTokens, boolean whole) {
    return pending.part(cache, length, acceptedTokens, whole);
  }

  /** What is to be done with an advance. */
  enum Progress {
    /** More of its tokens are to be computed. */
    GOES_ON,
    /** Candidates among its next tokens are to be read. */
    PEEKS,
    FINISHED
  }

  /** Stores the results of a part. */
  Progress computed(StepInput part, StepOutput output) {
    append(pending.computed(part, output));
    return progress();
  }

  /** What is to be done next; finishes an advance of which nothing is left. */
  Progress progress() {
    if (!pending.isComputed()) {
      return Progress.GOES_ON;
    }
    endSteps();
    Optional<Guidance> guidance = pending.command().guided();
    if (guidance.isPresent()) {
      counts =
          steps.stream()
              .mapToInt(
                  step ->
                      guidance
                          .get()
                          .candidates(step.next().orElseThrow(), step.draft().isPresent()))
              .toArray();
      if (hasUnread()) {
        return Progress.PEEKS;
      }
      read(new float[0][]);
    }
    finish();
    return Progress.FINISHED;
  }

  /** Whether the cache may have numbers that are not finite, or that nobody has looked at. */
  boolean mayBeSpoilt() {
    return spoilt || (pending != null && pending.isUnderWay());
  }

  /** Drops the draft whose results are not finite, to compute the accepted tokens without it. */
  void dropDraft() {
    pending.dropDraft();
  }

  /** Places of the last candidates whose keys and values may be no numbers. */
  int[] placesOfNoNumbers() {
    return steps.stream().flatMapToInt(ComputedStep::placesOfNoNumbers).toArray();
  }

  /** Notes that the sequence cannot go on, because something of its text is not finite. */
  void spoil() {
    spoilt = true;
  }

  /** Number of tokens of a part that are the draft's. */
  int draftedIn(StepInput part) {
    return part.accepted().length - need().accepted();
  }

  private void endSteps() {
    steps = new ArrayList<>(pending.steps(length));
    guided = pending.command().guided().isPresent();
    foresaw = pending.command().foresees();
    free = length + pending.command().candidates().length;
  }

  private boolean hasUnread() {
    return IntStream.range(0, counts.length).anyMatch(j -> unread(j).length > 0);
  }

  private int[] unread(int step) {
    return steps.get(step).unread(counts[step]);
  }

  /** The candidates that are to be read. */
  StepInput candidatesToPeek() {
    IntStream.Builder ids = IntStream.builder();
    IntStream.Builder behind = IntStream.builder();
    for (int j = 0; j < counts.length; j++) {
      for (int id : unread(j)) {
        ids.add(id);
        behind.add(steps.get(j).behind());
      }
    }
    return new StepInput(
        cache, length, new Branches(ids.build().toArray(), behind.build().toArray(), free));
  }

  /** Finishes the advance or the reading whose candidates were read. */
  void peeked(float[][] readouts) {
    if (pending != null) {
      read(readouts);
      finish();
      return;
    }
    int known = steps.get(reading.drafted()).candidates().size();
    read(readouts);
    float[][] all = steps.get(reading.drafted()).candidateReadouts();
    Command.Read finished = reading;
    reading = null;
    finished.read().complete(Arrays.copyOfRange(all, known, all.length));
  }

  private void read(float[][] readouts) {
    int row = 0;
    for (int j = 0; j < counts.length; j++) {
      int end = row + unread(j).length;
      float[][] its = Arrays.copyOfRange(readouts, row, end);
      steps.set(j, steps.get(j).read(counts[j], its, free + row));
      row = end;
    }
    free += row;
  }

  private void finish() {
    PendingAdvance finished = pending;
    pending = null;
    finished.complete(steps);
  }

  /**
   * Begins to read further next tokens of a step; returns whether there are some to compute.
   *
   * @throws IllegalArgumentException if there are no such tokens
   */
  boolean begin(Command.Read read) {
    if (!guided || read.drafted() < 0 || read.drafted() >= steps.size()) {
      throw new IllegalArgumentException(
          "candidates: behind %d tokens of the draft (expected: 0 to %d, after a guided advance)"
              .formatted(read.drafted(), Math.max(0, steps.size() - 1)));
    }
    ComputedStep step = steps.get(read.drafted());
    int known = step.candidates().size();
    int most = step.next().map(NextTokens::ids).orElse(NONE).length;
    if (read.candidates() <= known || read.candidates() > most) {
      throw new IllegalArgumentException(
          "candidates: %d (expected: %d to %d, further ones of a guided advance)"
              .formatted(read.candidates(), known + 1, most));
    }
    reading = read;
    counts = new int[steps.size()];
    counts[read.drafted()] = read.candidates();
    if (hasUnread()) {
      return true;
    }
    peeked(new float[0][]);
    return false;
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
      Command.Advance refused = pending.command();
      pending = null;
      refused.refuse(reason);
    }
  }

  /**
   * Notes when the next advance should come to be in time.
   *
   * @return whether it is likely to come by then
   */
  boolean answered(long until) {
    expectedUntil = until;
    return !late && !foresaw && !closed && !isBusy();
  }

  /** When the next advance should come, to be in time. */
  long expectedUntil() {
    return expectedUntil;
  }

  /** Notes when an advance has come. A client that foresees takes its time. */
  void came(long now) {
    late = foresaw || expectedUntil - now < 0;
  }

  /** Ends the sequence; its cache stays. */
  void close() {
    closed = true;
    spoilt = mayBeSpoilt();
    refuse(new CancellationException("sequence: closed (expected: open)"));
  }
}
