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
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;

/**
 * The engine's state, without its thread: open sequences, opens that wait for room, and sequences
 * that wait for a step.
 */
final class EngineState {
  /**
   * How many opens may wait for room, and how many poolings for their turn; more are refused at
   * once.
   */
  static final int MAX_WAITING = 1024;

  private static final Duration IDLE = Duration.ofHours(1);
  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  private final ForwardPasses decoder;
  private final EngineOptions options;
  private final Consumer<Command> engine;
  private final Set<SequenceState> sequences = new HashSet<>();
  private final ArrayDeque<Command.Open> waitingOpens = new ArrayDeque<>();
  private final ArrayDeque<SequenceState> waitingSteps = new ArrayDeque<>();
  private final ArrayDeque<Command.Pool> waitingPools = new ArrayDeque<>();
  private int freeTokens;
  private volatile int openSequences;

  EngineState(ForwardPasses decoder, EngineOptions options, Consumer<Command> engine) {
    this.decoder = decoder;
    this.options = options;
    this.engine = engine;
    this.freeTokens = options.cacheTokens();
  }

  int openSequences() {
    return openSequences;
  }

  boolean hasWork() {
    return !waitingSteps.isEmpty() || !waitingPools.isEmpty();
  }

  void handle(Command command) {
    if (command instanceof Command.Open open) {
      enqueue(open);
    } else if (command instanceof Command.Advance advance) {
      advance(advance);
    } else if (command instanceof Command.Close close) {
      free(close.sequence());
    } else if (command instanceof Command.Pool pool) {
      enqueue(pool);
    }
  }

  private void enqueue(Command.Pool pool) {
    if (waitingPools.size() < MAX_WAITING) {
      waitingPools.add(pool);
    } else {
      pool.refuse(
          new CapacityException(
              "poolings: %d wait already (expected: fewer; try again later)".formatted(MAX_WAITING),
              RETRY_AFTER));
    }
  }

  private void enqueue(Command.Open open) {
    if (waitingOpens.size() >= MAX_WAITING) {
      open.refuse(noRoom(open));
      return;
    }
    waitingOpens.add(open);
    openWaiting();
  }

  private void openWaiting() {
    while (!waitingOpens.isEmpty()) {
      Command.Open open = waitingOpens.peek();
      if (!open.opened().isDone() && open.room() > freeTokens) {
        return;
      }
      waitingOpens.remove();
      if (!open.opened().isDone()) {
        open(open);
      }
    }
  }

  private void open(Command.Open open) {
    try {
      KvCache cache = decoder.newCache(open.room());
      SequenceState state = new SequenceState(open.maxTokens(), open.maxCandidates(), cache);
      sequences.add(state);
      freeTokens -= state.room();
      openSequences = sequences.size();
      Sequence sequence = new Sequence(state, decoder.config().vocabSize(), engine);
      if (!open.opened().complete(sequence)) {
        free(state);
      }
    } catch (RuntimeException e) {
      open.refuse(e);
    }
  }

  /** Refuses the opens whose deadline has passed. */
  void expireOpens(long now) {
    waitingOpens.removeIf(
        open -> {
          boolean expired = open.deadline() - now <= 0;
          if (expired) {
            open.refuse(noRoom(open));
          }
          return expired || open.opened().isDone();
        });
    openWaiting();
  }

  Duration untilNextExpiry(long now) {
    return waitingOpens.stream()
        .map(open -> Duration.ofNanos(Math.max(0, open.deadline() - now)))
        .min(Duration::compareTo)
        .orElse(IDLE);
  }

  private CapacityException noRoom(Command.Open open) {
    return new CapacityException(
        "cache: no room for %d tokens, %d of %d are free (expected: enough room; try again later)"
            .formatted(open.room(), freeTokens, options.cacheTokens()),
        RETRY_AFTER);
  }

  private void advance(Command.Advance advance) {
    SequenceState sequence = advance.sequence();
    if (sequence.isClosed()) {
      advance.refuse(new CancellationException("sequence: closed (expected: open)"));
    } else {
      begin(sequence, advance);
    }
  }

  private void begin(SequenceState sequence, Command.Advance advance) {
    try {
      if (sequence.begin(advance, decoder)) {
        waitingSteps.add(sequence);
      }
    } catch (RuntimeException e) {
      sequence.fail(e);
    }
  }

  private void free(SequenceState sequence) {
    if (sequences.remove(sequence)) {
      waitingSteps.remove(sequence);
      freeTokens += sequence.room();
      openSequences = sequences.size();
      sequence.close();
      openWaiting();
    }
  }

  /** Computes one round of the waiting steps, and one waiting pooling. */
  void round() {
    if (!waitingSteps.isEmpty()) {
      steps();
    }
    waitingPools.removeIf(pool -> pool.pooled().isDone());
    if (!waitingPools.isEmpty()) {
      pool(waitingPools.remove());
    }
  }

  private void pool(Command.Pool pool) {
    try {
      pool.pooled().complete(decoder.pool(pool.tokens(), pool.start(), pool.ends(), pool.layers()));
    } catch (RuntimeException e) {
      pool.refuse(e);
    }
  }

  private void steps() {
    List<SequenceState> waiting = List.copyOf(waitingSteps);
    List<Schedule.Need> needs =
        waiting.stream()
            .map(s -> new Schedule.Need(s.remainingAccepted(), s.candidates()))
            .toList();
    List<SequenceState> chosen = new ArrayList<>();
    List<StepInput> inputs = new ArrayList<>();
    for (Schedule.Part part : Schedule.pick(needs, options.roundTokens())) {
      SequenceState sequence = waiting.get(part.index());
      chosen.add(sequence);
      inputs.add(sequence.part(part.accepted(), part.whole()));
    }
    waitingSteps.removeAll(chosen);
    compute(chosen, inputs);
  }

  private void compute(List<SequenceState> chosen, List<StepInput> inputs) {
    StepOutput output;
    try {
      output = decoder.step(inputs, chosen.stream().mapToInt(SequenceState::k).max().orElse(0));
    } catch (RuntimeException e) {
      chosen.forEach(sequence -> sequence.fail(e));
      return;
    }
    int row = 0;
    int nextRow = 0;
    for (int i = 0; i < inputs.size(); i++) {
      StepInput part = inputs.get(i);
      SequenceState sequence = chosen.get(i);
      float[][] readouts = Arrays.copyOfRange(output.readouts(), row, row + part.rows());
      row += part.rows();
      Optional<NextTokens> next =
          part.wantsNext()
              ? Optional.of(output.next().get(nextRow++).first(sequence.k()))
              : Optional.empty();
      if (next.isPresent() && !next.get().isFinite()) {
        sequence.fail(
            new IllegalStateException(
                "logits: not finite after %d tokens (expected: finite numbers; weights or numerics"
                        .formatted(part.past() + part.accepted().length)
                    + " do not fit the text)"));
      } else if (!sequence.computed(part, readouts, next)) {
        waitingSteps.add(sequence);
      }
    }
  }

  /** Fails everything that waits, with one reason, then frees the memory of all sequences. */
  void close(RuntimeException reason) {
    waitingOpens.forEach(open -> open.refuse(reason));
    waitingPools.forEach(pool -> pool.refuse(reason));
    sequences.forEach(sequence -> sequence.fail(reason));
    List.copyOf(sequences).forEach(this::free);
  }
}
