package dev.panda.transformer.engine;

import dev.panda.transformer.decoder.ForwardPasses;
import dev.panda.transformer.decoder.KvCache;
import dev.panda.transformer.decoder.NextTokens;
import dev.panda.transformer.decoder.StepInput;
import dev.panda.transformer.decoder.StepOutput;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The engine's state, without its thread: open sequences, sequences that wait for a step, and what
 * waits for room or its turn.
 *
 * <p>A forward pass that throws {@link IllegalArgumentException} fails its sequences alone.
 * Whatever else it throws leaves here, for it ends the engine.
 */
final class EngineState {
  private final ForwardPasses decoder;
  private final Consumer<Command> engine;
  private final Set<SequenceState> sequences = new HashSet<>();
  private final ArrayDeque<SequenceState> waitingSteps = new ArrayDeque<>();
  private final List<SequenceState> waitingReads = new ArrayList<>();
  private final Admission admission;
  private final Poolings poolings;
  private final Prefixes prefixes;
  private final RoundBudget budget;
  private final int rowsAtOnce;
  private final Regulars regulars = new Regulars();
  private long passNanos;
  private boolean hadReads;
  private long begun;
  private volatile int openSequences;

  EngineState(ForwardPasses decoder, EngineOptions options, Consumer<Command> engine) {
    this.decoder = decoder;
    this.engine = engine;
    this.admission = new Admission(options.cacheTokens());
    this.poolings = new Poolings(decoder);
    this.prefixes = new Prefixes(options.prefixes(), decoder);
    this.budget = new RoundBudget(options.roundTokens(), options.roundTime());
    this.rowsAtOnce = options.rowsAtOnce();
  }

  int openSequences() {
    return openSequences;
  }

  boolean hasWork() {
    return !waitingSteps.isEmpty() || !waitingReads.isEmpty() || !poolings.isEmpty();
  }

  void handle(Command command) {
    if (command instanceof Command.Open open) {
      admission.add(open);
      openWaiting();
    } else if (command instanceof Command.Advance advance) {
      advance(advance);
    } else if (command instanceof Command.Read read) {
      read(read);
    } else if (command instanceof Command.Close close) {
      free(close.sequence());
    } else if (command instanceof Command.Pool pool) {
      poolings.add(pool);
    } else if (command instanceof Command.Withdraw withdraw) {
      withdraw(withdraw.cancelled());
    }
  }

  /**
   * How long the next round should wait for sequences that are about to ask for their next step, in
   * nanoseconds.
   */
  long waitForOthers(long now) {
    boolean mayWait = waitingReads.isEmpty() && !waitingSteps.isEmpty();
    return mayWait ? regulars.nanosToWait(now) : 0;
  }

  private void withdraw(Command cancelled) {
    if (cancelled instanceof Command.Open open) {
      admission.remove(open);
      openWaiting();
    } else if (cancelled instanceof Command.Pool pool) {
      poolings.remove(pool);
    }
  }

  private void openWaiting() {
    Optional<Command.Open> next = admission.next();
    while (next.isPresent()) {
      open(next.get());
      next = admission.next();
    }
  }

  private void open(Command.Open open) {
    prefixes.makeRoom(open.room());
    KvCache cache = decoder.newCache(open.room());
    admission.take(open);
    SequenceState state = new SequenceState(open.needs(), open.owner(), cache);
    sequences.add(state);
    openSequences = sequences.size();
    Sequence sequence = new Sequence(state, decoder.config().vocabSize(), engine);
    if (!open.opened().complete(sequence)) {
      free(state);
    }
  }

  /** Refuses the opens whose deadline has passed. */
  void expireOpens(long now) {
    admission.expire(now);
    openWaiting();
  }

  Duration untilNextExpiry(long now) {
    return admission.untilNextExpiry(now);
  }

  private void advance(Command.Advance advance) {
    SequenceState sequence = advance.sequence();
    if (sequence.isClosed()) {
      advance.refuse(new CancellationException("sequence: closed (expected: open)"));
    } else if (sequence.isBusy()) { // the caller has cancelled the previous one
      advance.refuse(
          new IllegalStateException(
              "advance: the previous one has not finished (expected: finished)"));
    } else {
      begin(sequence, advance);
    }
  }

  private void read(Command.Read read) {
    SequenceState sequence = read.sequence();
    if (sequence.isClosed()) {
      read.refuse(new CancellationException("sequence: closed (expected: open)"));
      return;
    }
    if (sequence.isBusy()) { // the caller has cancelled the previous advance
      read.refuse(
          new IllegalStateException(
              "read: the previous advance has not finished (expected: finished)"));
      return;
    }
    regulars.came(sequence, System.nanoTime());
    try {
      if (sequence.begin(read)) {
        waitingReads.add(sequence);
      }
    } catch (IllegalArgumentException e) {
      read.refuse(e);
    }
  }

  private void begin(SequenceState sequence, Command.Advance advance) {
    regulars.came(sequence, System.nanoTime());
    try {
      await(sequence, sequence.begin(advance, decoder, begun++));
    } catch (IllegalArgumentException e) {
      sequence.fail(e);
    }
  }

  private void await(SequenceState sequence, SequenceState.Progress progress) {
    switch (progress) {
      case GOES_ON -> waitingSteps.add(sequence);
      case PEEKS -> waitingReads.add(sequence);
      case FINISHED -> {}
    }
  }

  /** Frees a sequence's room, and leaves nothing there that others must not read along. */
  private void free(SequenceState sequence) {
    if (sequences.contains(sequence) && sequence.mayBeSpoilt()) {
      decoder.erase(sequence.cache(), IntStream.range(0, sequence.cache().room()).toArray());
    }
    release(sequence);
  }

  private void release(SequenceState sequence) {
    if (sequences.remove(sequence)) {
      waitingSteps.remove(sequence);
      waitingReads.remove(sequence);
      regulars.gone(sequence);
      admission.giveBack(sequence.owner(), sequence.cache().room());
      openSequences = sequences.size();
      sequence.close();
      prefixes.keep(sequence);
      openWaiting();
    }
  }

  /**
   * Computes one round of the waiting steps, and a part of a waiting pooling. Candidates that are
   * asked for come first, as few rows for which a choice waits; those who asked may then join the
   * next round.
   */
  void round() {
    boolean reads = !waitingReads.isEmpty();
    if (reads) {
      reads();
    }
    if (reads && !hadReads) {
      hadReads = true;
      return;
    }
    hadReads = false;
    List<SequenceState> waiting = shortFirst();
    int decoding = (int) waiting.stream().filter(sequence -> sequence.need().decodes()).count();
    limitDrafts(waiting, decoding);
    List<Schedule.Need> needs = waiting.stream().map(SequenceState::need).toList();
    int rows = budget.rows(decoding);
    int taken = needs.isEmpty() ? 0 : steps(waiting, needs, rows);
    poolings.round(Math.max(rows - taken, rows / 4));
  }

  /** Leaves drafts as many rows as cost little more than those of the accepted tokens. */
  private void limitDrafts(List<SequenceState> waiting, int decoding) {
    int each = rowsAtOnce / Math.max(1, decoding) - 1;
    waiting.forEach(sequence -> sequence.limitDraft(Math.max(0, each)));
  }

  /** The sequences that can be computed now; those that decode come before prompts. */
  private List<SequenceState> shortFirst() {
    List<SequenceState> ready = new ArrayList<>();
    for (SequenceState sequence : waitingSteps) {
      if (prefixes.prepare(sequence, sequences)) {
        ready.add(sequence);
      }
    }
    ready.sort(Comparator.comparing(sequence -> !sequence.need().decodes()));
    return ready;
  }

  /** Computes one round of the waiting steps; returns its number of rows. */
  private int steps(List<SequenceState> waiting, List<Schedule.Need> needs, int rows) {
    int least = needs.stream().mapToInt(need -> 1 + need.candidates()).max().orElseThrow();
    List<SequenceState> chosen = new ArrayList<>();
    List<StepInput> inputs = new ArrayList<>();
    for (Schedule.Part part : Schedule.pick(needs, Math.max(rows, least))) {
      SequenceState sequence = waiting.get(part.index());
      chosen.add(sequence);
      inputs.add(sequence.part(part.accepted(), part.whole()));
    }
    waitingSteps.removeAll(chosen);
    compute(chosen, inputs);
    return inputs.stream().mapToInt(StepInput::rows).sum();
  }

  private void compute(List<SequenceState> chosen, List<StepInput> inputs) {
    List<StepOutput> outputs;
    long start = System.nanoTime();
    try {
      outputs = decoder.step(inputs, chosen.stream().mapToInt(SequenceState::k).max().orElse(0));
    } catch (IllegalArgumentException e) {
      chosen.forEach(sequence -> sequence.fail(e));
      return;
    }
    passNanos = System.nanoTime() - start;
    budget.took(inputs.stream().mapToInt(StepInput::rows).sum(), passNanos);
    List<SequenceState> guided = new ArrayList<>();
    for (int i = 0; i < inputs.size(); i++) {
      StepInput part = inputs.get(i);
      StepOutput output = outputs.get(i);
      SequenceState sequence = chosen.get(i);
      boolean logits = output.next().stream().allMatch(NextTokens::isFinite);
      boolean readouts = ofTokens(part, output).allMatch(StepOutput::isFinite);
      int drafted = sequence.draftedIn(part);
      if (drafted > 0 && !(logits && readouts)) {
        dropDraft(sequence, part, drafted);
        continue;
      }
      if (!logits && part.accepted().length > 0) {
        sequence.spoil();
        sequence.fail(
            new IllegalStateException(
                "logits: not finite after %d tokens (expected: finite numbers; weights or numerics"
                        .formatted(part.past() + part.accepted().length)
                    + " do not fit the text)"));
        continue;
      }
      if (!readouts) {
        sequence.spoil(); // whoever needs them says whose they are
      }
      SequenceState.Progress progress = sequence.computed(part, output);
      if (progress == SequenceState.Progress.PEEKS) {
        guided.add(sequence);
      } else {
        await(sequence, progress);
      }
    }
    if (!guided.isEmpty()) {
      peek(guided);
    }
    chosen.forEach(this::erase);
    regulars.answered(chosen, passNanos, System.nanoTime());
  }

  /** The read-outs of a part's tokens, without those of candidates. */
  private static Stream<float[]> ofTokens(StepInput part, StepOutput output) {
    int candidates = part.rows() - part.accepted().length;
    return Arrays.stream(output.readouts()).limit(output.readouts().length - candidates);
  }

  /** Goes on without a draft, as something that is not finite may come from it. */
  private void dropDraft(SequenceState sequence, StepInput part, int drafted) {
    int end = part.past() + part.accepted().length;
    decoder.erase(sequence.cache(), IntStream.range(end - drafted, end).toArray());
    sequence.dropDraft();
    await(sequence, sequence.progress());
  }

  /** Reads next tokens of guided sequences as candidates. */
  private void peek(List<SequenceState> guided) {
    List<float[][]> readouts;
    try {
      readouts = decoder.peek(guided.stream().map(SequenceState::candidatesToPeek).toList());
    } catch (IllegalArgumentException e) {
      guided.forEach(sequence -> sequence.fail(e));
      return;
    }
    for (int i = 0; i < readouts.size(); i++) {
      guided.get(i).peeked(readouts.get(i));
      erase(guided.get(i));
    }
  }

  /** Overwrites what others must not read along: keys and values that are not finite. */
  private void erase(SequenceState sequence) {
    int[] places = sequence.placesOfNoNumbers();
    if (places.length > 0) {
      decoder.erase(sequence.cache(), places);
    }
  }

  private void reads() {
    List<SequenceState> reading = List.copyOf(waitingReads);
    waitingReads.clear();
    peek(reading);
    regulars.answered(reading, passNanos, System.nanoTime());
  }

  /** Fails everything that waits, with one reason, then frees the memory of all sequences. */
  void close(RuntimeException reason) {
    admission.waiting().forEach(open -> open.refuse(reason));
    sequences.forEach(sequence -> sequence.fail(reason));
    poolings.close(reason);
    List.copyOf(sequences).forEach(this::release);
    prefixes.close();
  }
}
