package dev.panda.transformer.engine;

import static dev.panda.transformer.engine.TinyEngines.TOLERANCE;
import static dev.panda.transformer.engine.TinyEngines.assertRows;
import static dev.panda.transformer.engine.TinyEngines.load;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.panda.transformer.decoder.NextTokens;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Guided advances, which read candidates in the lower blocks alone and go on from the accepted one,
 * beside plain ones, which compute every token in all blocks.
 */
class GuidedStepsTest {
  private static final int K = 7;
  private static final int VOCABULARY = 96;
  private static final int[] NONE = {};
  private static final Guidance ALL = new Guidance(Double.POSITIVE_INFINITY);

  private static Continuation guided(int[] accepted, int k, Guidance guidance) {
    return new Continuation(accepted, k, Optional.of(guidance));
  }

  private static void assertSame(AdvanceResult guided, AdvanceResult next, AdvanceResult read) {
    NextTokens actual = guided.next().orElseThrow();
    NextTokens expected = next.next().orElseThrow();
    assertThat(actual.ids()).isEqualTo(expected.ids());
    assertThat(actual.logits()).containsExactly(expected.logits(), within(TOLERANCE));
    assertRows(guided.acceptedReadouts(), next.acceptedReadouts());
    assertRows(guided.candidateReadouts(), read.candidateReadouts());
  }

  /** A guided sequence and a plain one that get the same tokens. */
  private record Pair(Sequence guided, Sequence plain, Random random, List<Integer> tokens) {
    static Pair open(Engine engine, int seed) {
      return new Pair(
          engine.open(80, K).join(),
          engine.open(80, K).join(),
          new Random(seed),
          new ArrayList<>());
    }

    /** A prompt at first, then a candidate, another token, or several tokens. */
    int[] accepted(AdvanceResult last) {
      if (last == null) {
        return random.ints(1 + random.nextInt(30), 0, VOCABULARY).toArray();
      }
      int[] ids = last.next().orElseThrow().ids();
      return switch (random.nextInt(6)) {
        case 0 -> new int[] {random.nextInt(VOCABULARY)};
        case 1 -> new int[] {ids[random.nextInt(ids.length)], random.nextInt(VOCABULARY)};
        default -> new int[] {ids[random.nextInt(ids.length)]};
      };
    }

    void close() {
      guided.close();
      plain.close();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"tiny-llama", "tiny-gemma3", "tiny-smollm3"})
  void guidedSequencesAreAsPlainOnes(String name) throws Exception {
    try (Engine engine = load(name, 1, 2, 1)) {
      List<Pair> pairs = IntStream.range(0, 5).mapToObj(i -> Pair.open(engine, i)).toList();
      AdvanceResult[] last = new AdvanceResult[pairs.size()];
      for (int step = 0; step < 12; step++) {
        List<int[]> accepted = new ArrayList<>();
        List<CompletableFuture<AdvanceResult>> together = new ArrayList<>();
        for (int i = 0; i < pairs.size(); i++) {
          accepted.add(pairs.get(i).accepted(last[i]));
          together.add(pairs.get(i).guided.next(guided(accepted.get(i), K, ALL)));
        }
        for (int i = 0; i < pairs.size(); i++) {
          last[i] = together.get(i).join();
          AdvanceResult next = pairs.get(i).plain.advance(accepted.get(i), NONE, K).join();
          int[] ids = next.next().orElseThrow().ids();
          assertSame(last[i], next, pairs.get(i).plain.advance(NONE, ids, 0).join());
        }
      }
      pairs.forEach(Pair::close);
    }
  }

  @Test
  void candidatesThatCannotWinAreNotRead() throws Exception {
    try (Engine engine = load("tiny-llama", 1);
        Sequence sequence = engine.open(80, K).join();
        Sequence plain = engine.open(80, K).join()) {
      int[] prompt = {3, 14, 15, 92};
      NextTokens next = plain.advance(prompt, NONE, K).join().next().orElseThrow();
      double within = next.logProbabilities()[0] - next.logProbabilities()[2];

      AdvanceResult first =
          sequence.next(guided(prompt, K, new Guidance(within + TOLERANCE))).join();

      assertThat(first.next().orElseThrow().ids()).isEqualTo(next.ids());
      assertThat(first.candidateReadouts()).hasNumberOfRows(3);
      int[] unread = {next.ids()[K - 1]};
      AdvanceResult second = sequence.next(guided(unread, K, new Guidance(0))).join();
      assertThat(second.candidateReadouts()).isEmpty(); // only one can win
      assertThat(second.next().orElseThrow().logits())
          .containsExactly(
              plain.advance(unread, NONE, K).join().next().orElseThrow().logits(),
              within(TOLERANCE));
    }
  }

  @Test
  void furtherCandidatesAreReadWhenTheyAreAskedFor() throws Exception {
    try (Engine engine = load("tiny-llama", 1);
        Sequence sequence = engine.open(80, K).join();
        Sequence plain = engine.open(80, K).join()) {
      int[] accepted = {3, 14, 15, 92};
      for (int step = 0; step < 6; step++) {
        AdvanceResult few =
            sequence.next(guided(accepted, K, new Guidance(Double.POSITIVE_INFINITY, 2))).join();
        AdvanceResult next = plain.advance(accepted, NONE, K).join();
        int[] ids = next.next().orElseThrow().ids();
        float[][] all = plain.advance(NONE, ids, 0).join().candidateReadouts();

        assertThat(few.next().orElseThrow().ids()).isEqualTo(ids);
        assertRows(few.candidateReadouts(), Arrays.copyOf(all, 2));
        assertRows(sequence.read(0, 4).join(), Arrays.copyOfRange(all, 2, 4));
        assertRows(sequence.read(0, K).join(), Arrays.copyOfRange(all, 4, K));
        accepted = new int[] {ids[step]};
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 2, K + 1})
  void refusesToReadWhatIsNoFurtherCandidate(int candidates) throws Exception {
    try (Engine engine = load("tiny-llama", 1);
        Sequence sequence = engine.open(80, K).join()) {
      sequence.next(guided(new int[] {3, 14}, K, new Guidance(Double.POSITIVE_INFINITY, 2))).join();

      assertThatThrownBy(() -> sequence.read(0, candidates).join())
          .hasMessageContaining("candidates: " + candidates + " (expected: 3 to 7");
      assertThat(sequence.read(0, K).join()).hasNumberOfRows(K - 2);
    }
  }

  @Test
  void theLastTokenOfAGuidedSequenceNeedsNoCandidates() throws Exception {
    try (Engine engine = load("tiny-llama", 1);
        Sequence sequence = engine.open(80, K).join();
        Sequence plain = engine.open(80, K).join()) {
      int[] prompt = {3, 14, 15, 92};
      int[] ids = sequence.next(guided(prompt, K, ALL)).join().next().orElseThrow().ids();
      int[] candidate = {ids[2]};
      AdvanceResult last = sequence.advance(candidate, NONE, K).join();

      plain.advance(prompt, NONE, 0).join();
      AdvanceResult expected = plain.advance(candidate, NONE, K).join();
      assertThat(last.next().orElseThrow().ids()).isEqualTo(expected.next().orElseThrow().ids());
      assertRows(last.acceptedReadouts(), expected.acceptedReadouts());
    }
  }

  @Test
  void aGuidedSequenceMayGoOnUnguided() throws Exception {
    try (Engine engine = load("tiny-llama", 1);
        Sequence sequence = engine.open(80, K).join();
        Sequence plain = engine.open(80, K).join()) {
      int[] prompt = {3, 14, 15, 92};
      int[] ids = sequence.next(guided(prompt, K, ALL)).join().next().orElseThrow().ids();
      int[] candidates = {5, 6, 7};
      AdvanceResult mixed = sequence.advance(new int[] {ids[1]}, candidates, 0).join();

      plain.advance(prompt, NONE, 0).join();
      AdvanceResult expected = plain.advance(new int[] {ids[1]}, candidates, 0).join();

      assertRows(mixed.acceptedReadouts(), expected.acceptedReadouts());
      assertRows(mixed.candidateReadouts(), expected.candidateReadouts());
      AdvanceResult last = sequence.next(guided(new int[] {6}, K, ALL)).join();
      AdvanceResult next = plain.advance(new int[] {6}, NONE, K).join();
      int[] likeliest = next.next().orElseThrow().ids();
      assertSame(last, next, plain.advance(NONE, likeliest, 0).join());
    }
  }

  @Test
  void aSequenceThatIsFullIsNotGuidedFurther() throws Exception {
    try (Engine engine = load("tiny-llama", 1);
        Sequence sequence = engine.open(4, K).join()) {
      assertThatThrownBy(() -> sequence.next(guided(new int[] {3, 14, 15, 92}, K, ALL)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("tokens: 5 (expected: at most 4, as opened)");
      assertThat(sequence.next(guided(new int[] {3, 14, 15}, K, ALL)).join().candidateReadouts())
          .hasNumberOfRows(K);
      assertThat(sequence.advance(new int[] {92}, NONE, K).join().next()).isPresent();
    }
  }

  @Test
  void aModelWithoutReadOutsIsNotGuided() throws Exception {
    try (Engine engine = load("tiny-llama");
        Sequence sequence = engine.open(80, K).join()) {
      assertThatThrownBy(() -> sequence.next(guided(new int[] {1}, K, ALL)).join())
          .hasCauseInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("projections: none");
      assertThatThrownBy(() -> sequence.next(guided(new int[] {1}, K + 1, ALL)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("candidates: 8 (expected: at most 7, as opened)");
      assertThatThrownBy(() -> new Guidance(Double.NaN)).hasMessageContaining("within: NaN");
      assertThat(sequence.advance(new int[] {1}, NONE, K).join().next()).isPresent();
    }
  }
}
