package dev.panda.transformer.engine;

import dev.panda.transformer.decoder.Branches;
import dev.panda.transformer.decoder.KvCache;
import dev.panda.transformer.decoder.NextTokens;
import dev.panda.transformer.decoder.StepInput;
import dev.panda.transformer.decoder.StepOutput;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * An advance that is being computed: its tokens, the accepted ones and then the draft, as far as
 * they are done, and what became known of them.
 */
final class PendingAdvance {
  private static final int[] NONE = {};
  private static final float[] NO_READOUTS = {};

  private final Command.Advance command;
  private final int accepted;
  private int[] tokens;
  private final float[][] readouts;
  private final List<NextTokens> next = new ArrayList<>();
  private float[][] candidateReadouts = {};
  private int done;
  private int shared;
  private boolean resumes;

  PendingAdvance(Command.Advance command) {
    this.command = command;
    this.accepted = command.accepted().length;
    this.tokens = join(command.accepted(), command.draft());
    this.readouts = new float[tokens.length][];
  }

  private static int[] join(int[] first, int[] second) {
    int[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }

  Command.Advance command() {
    return command;
  }

  /** The accepted tokens that are still to be computed. */
  int[] restOfAccepted() {
    return Arrays.copyOfRange(tokens, done, Math.max(done, accepted));
  }

  private int remaining() {
    return tokens.length - done;
  }

  /** Whether nothing is to be computed any more, but for candidates among next tokens. */
  boolean isComputed() {
    return remaining() == 0 && candidateReadouts.length == command.candidates().length;
  }

  /**
   * What is still to be computed. The draft and given candidates are computed with the last
   * accepted token, next tokens as candidates in a pass of their own.
   */
  Schedule.Need need() {
    int left = Math.max(0, accepted - done);
    return new Schedule.Need(left, remaining() - left + command.candidates().length);
  }

  /**
   * Drops the end of a draft that is not begun, so that at most so many tokens are left of it; one
   * stays if nothing else is to be computed.
   */
  void limitDraft(int most) {
    int kept = Math.max(most, done == accepted ? 1 : 0);
    if (done <= accepted && tokens.length - accepted > kept) {
      tokens = Arrays.copyOf(tokens, accepted + kept);
    }
  }

  /** Drops the draft, so that what was computed of it does not count. */
  void dropDraft() {
    tokens = Arrays.copyOf(tokens, accepted);
  }

  /** Whether only a part of its tokens is computed, so that nothing tells whether it is finite. */
  boolean isUnderWay() {
    return done > shared && !isComputed();
  }

  /** Takes over first tokens that another sequence has computed. */
  int[] share(int count) {
    shared = count;
    Arrays.fill(readouts, 0, count, NO_READOUTS);
    return finish(count);
  }

  /** Whether what is known of the first token is of use. */
  boolean canBegin(ComputedStep.Candidate known) {
    return known.whole()
        ? !wantsNextOf(0) || known.next().isPresent()
        : command.candidates().length == 0;
  }

  /** Goes on from what is known of the first token. Returns the tokens that are finished by it. */
  int[] begin(ComputedStep.Candidate known) {
    readouts[0] = known.readouts();
    if (!known.whole()) {
      resumes = true;
      return NONE;
    }
    if (wantsNextOf(0)) {
      next.add(known.next().orElseThrow().first(command.k()));
    }
    return finish(1);
  }

  private boolean wantsNextOf(int token) {
    return command.k() > 0 && token >= accepted - 1;
  }

  /**
   * The next part to compute.
   *
   * @param length number of the sequence's tokens before it
   * @param acceptedTokens number of accepted tokens in it
   * @param whole whether it has the draft and the candidates
   */
  StepInput part(KvCache cache, int length, int acceptedTokens, boolean whole) {
    int[] rows = Arrays.copyOfRange(tokens, done, whole ? tokens.length : done + acceptedTokens);
    int[] ids = whole ? command.candidates() : NONE;
    int end = length + rows.length;
    return new StepInput(
        cache,
        length,
        rows,
        Branches.at(end, end, ids),
        nextRows(rows.length, ids.length),
        resumes);
  }

  private int[] nextRows(int rows, int candidates) {
    return command.foresees()
        ? IntStream.range(rows, rows + candidates).toArray()
        : IntStream.range(0, rows).filter(row -> wantsNextOf(done + row)).toArray();
  }

  /** Stores the results of a part. Returns its tokens. */
  int[] computed(StepInput part, StepOutput output) {
    output.next().forEach(likeliest -> next.add(likeliest.first(command.k())));
    int known = part.resumes() ? 1 : 0;
    int count = part.accepted().length;
    float[][] computed = output.readouts();
    System.arraycopy(computed, 0, readouts, done + known, count - known);
    candidateReadouts = Arrays.copyOfRange(computed, count - known, computed.length);
    resumes = false;
    return finish(count);
  }

  private int[] finish(int count) {
    int[] finished = Arrays.copyOfRange(tokens, done, done + count);
    done += count;
    return finished;
  }

  /**
   * Gives the finished advance's steps: the one after the accepted tokens, and those behind the
   * tokens of the draft.
   *
   * @param length number of the sequence's tokens, the draft's included
   */
  List<ComputedStep> steps(int length) {
    int drafted = tokens.length - accepted;
    List<ComputedStep> steps = new ArrayList<>();
    for (int j = 0; j <= drafted; j++) {
      int behind = length - drafted + j;
      steps.add(
          new ComputedStep(
              behind,
              command.foresees() ? Optional.empty() : nextOf(j),
              j < drafted
                  ? Optional.of(
                      new ComputedStep.Candidate(
                          tokens[accepted + j],
                          behind,
                          readouts[accepted + j],
                          true,
                          nextOf(j + 1)))
                  : Optional.empty(),
              j < drafted ? List.of() : givenCandidates(length)));
    }
    return steps;
  }

  private Optional<NextTokens> nextOf(int j) {
    return j < next.size() ? Optional.of(next.get(j)) : Optional.empty();
  }

  private List<ComputedStep.Candidate> givenCandidates(int length) {
    List<ComputedStep.Candidate> given = new ArrayList<>();
    for (int i = 0; i < candidateReadouts.length; i++) {
      given.add(
          new ComputedStep.Candidate(
              command.candidates()[i],
              length + i,
              candidateReadouts[i],
              true,
              command.foresees() ? nextOf(i) : Optional.empty()));
    }
    return given;
  }

  /** Completes the advance with the steps, whose candidates are read. */
  void complete(List<ComputedStep> steps) {
    List<AdvanceResult.Drafted> drafted = new ArrayList<>();
    for (int j = 1; j < steps.size(); j++) {
      drafted.add(
          new AdvanceResult.Drafted(
              readouts[accepted + j - 1],
              steps.get(j).next().orElseThrow(),
              steps.get(j).candidateReadouts()));
    }
    command
        .advanced()
        .complete(
            new AdvanceResult(
                Arrays.copyOf(readouts, accepted),
                steps.get(0).candidateReadouts(),
                steps.get(0).next(),
                shared,
                drafted));
  }
}
