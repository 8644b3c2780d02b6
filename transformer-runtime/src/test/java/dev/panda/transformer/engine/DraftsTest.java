package dev.panda.transformer.engine;

import static dev.panda.transformer.engine.TinyEngines.TOLERANCE;
import static dev.panda.transformer.engine.TinyEngines.assertRows;
import static dev.panda.transformer.engine.TinyEngines.load;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.panda.transformer.decoder.NextTokens;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Steps that are computed ahead, behind a draft's tokens or behind candidates. */
class DraftsTest {
  private static final int K = 6;
  private static final int DRAFT = 5;
  private static final int VOCABULARY = 96;
  private static final int[] NONE = {};

  private static Sequence open(Engine engine) {
    return engine.open(new SequenceRoom(120, (1 + DRAFT) * K), Owner.ANYONE).join();
  }

  private static void assertSame(NextTokens actual, NextTokens expected) {
    assertThat(actual.ids()).isEqualTo(expected.ids());
    assertThat(actual.logits()).containsExactly(expected.logits(), within(TOLERANCE));
  }

  /**
   * A sequence with drafts beside one that computes token by token. The text is random: likely
   * tokens and others, so that drafts are right for some tokens.
   */
  private static final class Pair {
    private final Sequence drafting;
    private final Sequence plain;
    private final Random random;
    private final boolean guided;
    private AdvanceResult last;

    Pair(Engine engine, boolean guided, int seed) {
      this.drafting = open(engine);
      this.plain = open(engine);
      this.random = new Random(seed);
      this.guided = guided;
    }

    CompletableFuture<AdvanceResult> submit(int kept, int[] accepted, int[] draft, Guidance to) {
      return drafting.next(
          new Continuation(kept, accepted, draft, K, guided ? Optional.of(to) : Optional.empty()));
    }

    /** Checks a step: its next tokens, its candidates, and what is read of it later. */
    void check(int drafted, NextTokens next, float[][] candidates) {
      assertSame(next, last.next().orElseThrow());
      if (!guided) {
        assertThat(candidates).isEmpty();
        return;
      }
      float[][] all = plain.advance(NONE, next.ids(), 0).join().candidateReadouts();
      assertRows(candidates, Arrays.copyOf(all, candidates.length));
      if (candidates.length < K && random.nextBoolean()) {
        int more = candidates.length + 1 + random.nextInt(K - candidates.length);
        assertRows(
            drafting.read(drafted, more).join(), Arrays.copyOfRange(all, candidates.length, more));
      }
    }

    void accept(int... tokens) {
      last = plain.advance(tokens, NONE, K).join();
    }

    int anyToken() {
      int[] likely = last.next().orElseThrow().ids();
      return random.nextInt(3) == 0
          ? random.nextInt(VOCABULARY)
          : likely[random.nextInt(likely.length)];
    }

    int[] anyDraft() {
      int[] draft = new int[random.nextInt(DRAFT + 1)];
      Arrays.setAll(draft, i -> random.nextBoolean() ? anyToken() : random.nextInt(VOCABULARY));
      return draft;
    }

    void close() {
      drafting.close();
      plain.close();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"tiny-llama", "tiny-gemma3", "tiny-smollm3"})
  void stepsBehindADraftAreAsIfItsTokensWereAccepted(String name) throws Exception {
    try (Engine engine = load(name, 1, 2, 1)) {
      for (boolean guided : new boolean[] {false, true}) {
        for (int seed = 0; seed < 4; seed++) {
          Pair pair = new Pair(engine, guided, seed);
          int[] accepted = pair.random.ints(1 + pair.random.nextInt(20), 0, VOCABULARY).toArray();
          int kept = 0;
          pair.accept(accepted);
          int computed = 0;
          for (int round = 0; round < 8; round++) {
            int[] draft = pair.anyDraft();
            Guidance to = new Guidance(Double.POSITIVE_INFINITY, 1 + pair.random.nextInt(K + 1));
            AdvanceResult result = pair.submit(kept, accepted, draft, to).join();
            assertThat(result.drafted()).hasSize(draft.length);
            computed += draft.length;
            pair.check(0, result.next().orElseThrow(), result.candidateReadouts());
            kept = pair.random.nextInt(draft.length + 1);
            for (int j = 0; j < kept; j++) {
              AdvanceResult.Drafted step = result.drafted().get(j);
              pair.accept(draft[j]);
              assertThat(step.readouts())
                  .containsExactly(pair.last.acceptedReadouts()[0], within(TOLERANCE));
              pair.check(j + 1, step.next(), step.candidateReadouts());
            }
            accepted = new int[] {pair.anyToken()};
            pair.accept(accepted);
          }
          assertThat(computed).isPositive();
          pair.close();
        }
      }
    }
  }

  @Test
  void aDraftIsCutToTheRowsThatCostLittle() throws Exception {
    WatchedPasses passes = TinyEngines.watched("tiny-llama");
    try (Engine engine = TinyEngines.load(passes, "tiny-llama")) {
      List<Sequence> sequences = IntStream.range(0, 8).mapToObj(i -> open(engine)).toList();
      assertThat(engine.rowsAtOnce()).isEqualTo(16);
      int[] draft = {1, 2, 3, 4, 5};
      Continuation to = new Continuation(0, new int[] {7}, draft, K, Optional.empty());

      assertThat(inOneRound(passes, engine, sequences, to))
          .extracting(result -> result.drafted().size())
          .containsOnly(1);
      sequences.forEach(Sequence::close);
    }
  }

  /** Lets sequences go on together, behind a pooling that holds the engine until all have asked. */
  private static List<AdvanceResult> inOneRound(
      WatchedPasses passes, Engine engine, List<Sequence> sequences, Continuation to)
      throws Exception {
    CompletableFuture<float[]> gate =
        engine.pool(new int[] {1, 2}, 0, new int[] {2}, new int[] {1});
    passes.awaitPool();
    List<CompletableFuture<AdvanceResult>> together =
        sequences.stream().map(sequence -> sequence.next(to)).toList();
    passes.releasePool();
    List<AdvanceResult> results = together.stream().map(CompletableFuture::join).toList();
    gate.join();
    return results;
  }

  @Test
  void aForeseenTokenNeedsNoComputing() throws Exception {
    try (Engine engine = load("tiny-llama");
        Sequence sequence = open(engine);
        Sequence plain = open(engine)) {
      int[] accepted = {3, 14, 15, 92};
      for (int round = 0; round < 6; round++) {
        Continuation to = new Continuation(accepted, K, Optional.empty());
        NextTokens next = sequence.next(to).join().next().orElseThrow();
        NextTokens expected = plain.advance(accepted, NONE, K).join().next().orElseThrow();
        assertSame(next, expected);

        sequence.foresee(0, Arrays.copyOf(next.ids(), 3), K).join();
        accepted = new int[] {round == 4 ? 50 : next.ids()[round % 4]}; // not foreseen: the fourth
      }
    }
  }

  @Test
  void aDraftMayFollowAForeseenToken() throws Exception {
    try (Engine engine = load("tiny-llama");
        Sequence sequence = open(engine);
        Sequence plain = open(engine)) {
      sequence.next(new Continuation(new int[] {3, 14}, K, Optional.empty())).join();
      sequence.foresee(0, new int[] {5, 6}, K).join();
      AdvanceResult drafted =
          sequence
              .next(new Continuation(0, new int[] {6}, new int[] {8, 9}, K, Optional.empty()))
              .join();
      sequence.foresee(1, new int[] {4, 7}, K).join();
      AdvanceResult last =
          sequence.next(new Continuation(new int[] {7}, K, Optional.empty())).join();

      plain.advance(new int[] {3, 14}, NONE, K).join();
      AdvanceResult six = plain.advance(new int[] {6}, NONE, K).join();
      AdvanceResult eight = plain.advance(new int[] {8}, NONE, K).join();
      AdvanceResult seven = plain.advance(new int[] {7}, NONE, K).join();
      assertSame(drafted.next().orElseThrow(), six.next().orElseThrow());
      assertSame(drafted.drafted().get(0).next(), eight.next().orElseThrow());
      assertSame(last.next().orElseThrow(), seven.next().orElseThrow());
    }
  }

  @Test
  void refusesToKeepMoreThanWasDrafted() throws Exception {
    try (Engine engine = load("tiny-llama");
        Sequence sequence = open(engine)) {
      int[] draft = {1, 2};
      sequence.next(new Continuation(0, new int[] {7}, draft, K, Optional.empty())).join();

      assertThatThrownBy(
              () ->
                  sequence
                      .next(new Continuation(3, new int[] {7}, NONE, K, Optional.empty()))
                      .join())
          .hasMessageContaining("kept: 3 tokens of the draft (expected: 0 to 2");
    }
  }

  @Test
  void refusesADraftThatHasNoRoom() throws Exception {
    try (Engine engine = load("tiny-llama");
        Sequence sequence = open(engine)) {
      Guidance all = new Guidance(Double.POSITIVE_INFINITY);
      int[] draft = new int[DRAFT + 1];
      assertThatThrownBy(
              () -> sequence.next(new Continuation(0, new int[] {7}, draft, K, Optional.of(all))))
          .hasMessageContaining("candidates: 42 (expected: at most 36, as opened)");
      assertThatThrownBy(
              () -> sequence.next(new Continuation(-1, new int[] {7}, NONE, K, Optional.empty())))
          .hasMessageContaining("kept: -1 (expected: >= 0)");
    }
  }

  /** A draft behind a token that is known is the only work left; it is not cut to nothing. */
  @Test
  void draftsOfManySequencesMayFollowForeseenTokens() throws Exception {
    WatchedPasses passes = TinyEngines.watched("tiny-llama");
    try (Engine engine = TinyEngines.load(passes, "tiny-llama");
        Sequence plain = open(engine)) {
      List<Sequence> sequences = IntStream.range(0, 11).mapToObj(i -> open(engine)).toList();
      Continuation prompt = new Continuation(new int[] {3, 14}, K, Optional.empty());
      sequences.forEach(sequence -> sequence.next(prompt).join());
      sequences.forEach(sequence -> sequence.foresee(0, new int[] {5, 6}, K).join());
      Continuation to = new Continuation(0, new int[] {6}, new int[] {8, 9}, K, Optional.empty());
      List<AdvanceResult> results = inOneRound(passes, engine, sequences, to);

      plain.advance(new int[] {3, 14}, NONE, K).join();
      NextTokens six = plain.advance(new int[] {6}, NONE, K).join().next().orElseThrow();
      NextTokens eight = plain.advance(new int[] {8}, NONE, K).join().next().orElseThrow();
      for (AdvanceResult result : results) {
        assertSame(result.next().orElseThrow(), six);
        assertThat(result.drafted()).hasSize(1);
        assertSame(result.drafted().get(0).next(), eight);
      }
      sequences.forEach(Sequence::close);
    }
  }

  @Test
  void aTokenOfTheDraftMayBeAcceptedByItself() throws Exception {
    try (Engine engine = load("tiny-llama", 1);
        Sequence sequence = open(engine);
        Sequence plain = open(engine)) {
      Optional<Guidance> all = Optional.of(new Guidance(Double.POSITIVE_INFINITY));
      sequence.next(new Continuation(0, new int[] {7}, new int[] {5}, K, all)).join();
      AdvanceResult five = sequence.next(new Continuation(new int[] {5}, K, all)).join();

      plain.advance(new int[] {7, 5}, NONE, 0).join();
      int[] ids = five.next().orElseThrow().ids();
      assertRows(five.candidateReadouts(), plain.advance(NONE, ids, 0).join().candidateReadouts());
    }
  }

  /** A single further candidate must not see those that were read before it. */
  @Test
  void oneFurtherCandidateIsReadByItself() throws Exception {
    try (Engine engine = load("tiny-llama", 2);
        Sequence sequence = open(engine);
        Sequence plain = open(engine)) {
      int[] prompt = {3, 14, 15};
      Guidance four = new Guidance(Double.POSITIVE_INFINITY, 4);
      sequence.next(new Continuation(prompt, K, Optional.of(four))).join();
      int[] ids = plain.advance(prompt, NONE, K).join().next().orElseThrow().ids();
      float[][] all = plain.advance(NONE, ids, 0).join().candidateReadouts();

      assertRows(sequence.read(0, 5).join(), Arrays.copyOfRange(all, 4, 5));
    }
  }
}
