package dev.panda.orchestrator.serving.generation;

import dev.panda.orchestrator.serving.port.Acceptance;
import dev.panda.orchestrator.serving.port.CandidateStep;
import dev.panda.orchestrator.serving.port.CandidateStream;
import dev.panda.orchestrator.serving.port.SequenceStream;
import dev.panda.orchestrator.serving.port.StepRewards;
import java.util.Arrays;
import java.util.List;

/**
 * One response at the base model, token by token. Where the response repeats a text, the model
 * computes several steps in one pass; those whose tokens are then chosen need no further pass.
 */
final class DraftedCandidates implements SequenceStream {
  private static final int[] NONE = {};

  private final CandidateStream stream;
  private final RepeatedText text;
  private final DraftLength length;
  private int[] draft = NONE;
  private List<CandidateStep> steps = List.of();
  private int drafted;
  private int[] foreseen = NONE;
  private int hits;

  /**
   * Begins with the first step that the stream was opened for.
   *
   * @param accepted token ids of the response so far
   */
  DraftedCandidates(CandidateStream stream, Plan plan, int[] accepted) {
    this.stream = stream;
    this.text = new RepeatedText(plan.prompt(), plan.likely());
    this.length = new DraftLength(plan.ahead().draft());
    for (int token : accepted) {
      text.append(token);
    }
  }

  @Override
  public void awaitOpened() {
    stream.awaitOpened();
  }

  /** Waits for the candidates after the last accepted token. */
  CandidateStep candidates() {
    if (drafted > 0) {
      return steps.get(drafted - 1);
    }
    CandidateStep step = stream.candidates();
    steps = step.drafted();
    return step;
  }

  /**
   * Waits for the rewards of further candidates of the last step.
   *
   * @param candidates number of first candidates that are to have rewards in all
   */
  StepRewards further(int candidates) {
    return stream.further(drafted, candidates);
  }

  /** Lets the model compute the steps after likely winners, unless it has the next one. */
  void foresee(int[] tokens) {
    if (drafted == steps.size() && tokens.length > 0) {
      stream.foresee(drafted, tokens);
      length.learn(steps.size(), drafted);
      forget();
      foreseen = tokens;
    }
  }

  /**
   * Accepts a token, and asks for the next step if it is not known.
   *
   * @param within as for {@link Acceptance}
   */
  void accept(int token, double within) {
    accept(token, within, true);
  }

  /** Accepts the response's last token. */
  void acceptLast(int token) {
    accept(token, 0, false);
  }

  private void accept(int token, double within, boolean goesOn) {
    text.append(token);
    if (drafted < steps.size() && draft[drafted] == token) {
      drafted++;
      hits++;
      return;
    }
    int before = drafted;
    length.learn(steps.size(), before);
    forget();
    boolean known = Arrays.stream(foreseen).anyMatch(id -> id == token);
    foreseen = NONE;
    draft = goesOn && !known ? text.next(length.next()) : NONE;
    stream.accept(new Acceptance(before, token, within, draft));
  }

  private void forget() {
    draft = NONE;
    steps = List.of();
    drafted = 0;
  }

  /** Number of accepted tokens whose steps were computed with an earlier one. */
  int hits() {
    return hits;
  }

  @Override
  public void close() {
    stream.close();
  }
}
