package dev.panda.transformer.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.panda.transformer.checkpoint.Checkpoint;
import dev.panda.transformer.checkpoint.Checkpoints;
import dev.panda.transformer.decoder.NextTokens;
import dev.panda.transformer.decoder.Numerics;
import dev.panda.transformer.decoder.Projection;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A sequence has the same results however it is batched: in float32, within the tolerance. */
class BatchingTest {
  private static final double TOLERANCE = 2e-5;
  private static final int[] NONE = {};

  private static Engine engine;
  private static Random random;
  private static int vocabulary;

  @BeforeAll
  static void load() throws Exception {
    long seed = Long.getLong("panda.test.seed", 20260101L);
    System.out.println("panda.test.seed=" + seed);
    random = new Random(seed);
    engine = engine("/golden/tiny-llama/config.json", 16);
    vocabulary = engine.config().vocabSize();
  }

  private static Engine engine(String resource, int roundTokens) throws Exception {
    Path folder = Path.of(BatchingTest.class.getResource(resource).toURI()).getParent();
    try (Checkpoint checkpoint = Checkpoints.open(folder)) {
      int layers = checkpoint.config().numHiddenLayers();
      int hidden = checkpoint.config().hiddenSize();
      List<Projection> projections =
          List.of(
              new Projection(layers, weights(hidden, 1)),
              new Projection(1, weights(hidden, 2)),
              new Projection(layers, weights(hidden, 3)));
      return Engine.load(
          checkpoint,
          new EngineOptions(
              Numerics.FLOAT32, "cpu", 2, true, projections, 4096, roundTokens, Duration.ZERO));
    }
  }

  private static float[] weights(int size, long seed) {
    Random source = new Random(seed);
    float[] weights = new float[size];
    for (int i = 0; i < size; i++) {
      weights[i] = (float) source.nextGaussian();
    }
    return weights;
  }

  @AfterAll
  static void close() {
    engine.close();
  }

  @Test
  void treeOfCandidatesEqualsOneByOne() throws Exception {
    int[] prompt = tokens(23);
    int[] candidates = distinctTokens(10);
    AdvanceResult tree;
    try (Sequence sequence = engine.open(40, 10).get()) {
      sequence.advance(prompt, NONE, 0).get();
      tree = sequence.advance(NONE, candidates, 0).get();
    }
    for (int i = 0; i < candidates.length; i++) {
      assertClose(tree.candidateReadouts()[i], last(alone(append(prompt, candidates[i]))));
    }
  }

  @Test
  void acceptedCandidateContinuesAsIfItHadBeenAppended() throws Exception {
    int[] prompt = tokens(9);
    int[] first = distinctTokens(7);
    int[] second = distinctTokens(5);
    try (Sequence sequence = engine.open(40, 10).get()) {
      sequence.advance(prompt, first, 0).get();
      AdvanceResult step = sequence.advance(new int[] {first[4], 3, 5}, second, 0).get();
      int[] text = append(prompt, first[4], 3, 5);
      float[][] expected = alone(text).acceptedReadouts();
      for (int i = 0; i < 3; i++) {
        assertClose(step.acceptedReadouts()[i], expected[prompt.length + i]);
      }
      assertClose(step.candidateReadouts()[2], last(alone(append(text, second[2]))));
    }
  }

  @Test
  void acceptedTokenThatWasNoCandidateIsComputed() throws Exception {
    int[] prompt = tokens(5);
    try (Sequence sequence = engine.open(40, 10).get()) {
      sequence.advance(prompt, new int[] {1, 2, 3}, 0).get();
      AdvanceResult step = sequence.advance(new int[] {7}, NONE, 0).get();
      assertClose(step.acceptedReadouts()[0], last(alone(append(prompt, 7))));
    }
  }

  @Test
  void acceptingACandidateAloneNeedsNoPass() throws Exception {
    int[] prompt = tokens(5);
    try (Sequence sequence = engine.open(40, 10).get()) {
      AdvanceResult step = sequence.advance(prompt, new int[] {1, 2, 3}, 0).get();
      AdvanceResult accepted = sequence.advance(new int[] {2}, NONE, 0).get();
      assertThat(accepted.acceptedReadouts()[0]).isEqualTo(step.candidateReadouts()[1]);
      AdvanceResult next = sequence.advance(new int[] {4}, NONE, 5).get();
      assertClose(next.acceptedReadouts()[0], last(alone(append(prompt, 2, 4))));
    }
  }

  @Test
  void mixedLengthsTogetherEqualEachAlone() throws Exception {
    List<int[]> prompts =
        IntStream.of(1, 40, 3, 17, 33, 8, 2).mapToObj(BatchingTest::tokens).toList();
    List<Sequence> sequences = new ArrayList<>();
    List<CompletableFuture<AdvanceResult>> steps = new ArrayList<>();
    while (sequences.size() < prompts.size()) {
      sequences.add(engine.open(60, 10).get());
    }
    int[] candidates = distinctTokens(4);
    for (int i = 0; i < prompts.size(); i++) {
      steps.add(sequences.get(i).advance(prompts.get(i), candidates, 1 + i));
    }
    for (int i = 0; i < prompts.size(); i++) {
      AdvanceResult together = steps.get(i).get();
      AdvanceResult alone = alone(prompts.get(i));
      for (int row = 0; row < prompts.get(i).length; row++) {
        assertClose(together.acceptedReadouts()[row], alone.acceptedReadouts()[row]);
      }
      NextTokens next = together.next().orElseThrow();
      assertThat(next.ids()).hasSize(1 + i);
      assertThat(next.ids()).isEqualTo(alone.next().orElseThrow().first(1 + i).ids());
      assertClose(next.logits(), alone.next().orElseThrow().first(1 + i).logits());
      assertClose(
          together.candidateReadouts()[3], last(alone(append(prompts.get(i), candidates[3]))));
    }
    sequences.forEach(Sequence::close);
  }

  @Test
  void resumedEqualsUninterrupted() throws Exception {
    int[] text = tokens(30);
    List<float[]> uninterrupted = new ArrayList<>();
    try (Sequence sequence = engine.open(40, 0).get()) {
      for (int token : text) {
        uninterrupted.add(
            sequence.advance(new int[] {token}, NONE, 10).get().next().orElseThrow().logits());
      }
    }
    try (Sequence resumed = engine.open(40, 0).get()) {
      resumed.advance(Arrays.copyOf(text, 20), NONE, 10).get();
      for (int i = 20; i < text.length; i++) {
        float[] logits =
            resumed.advance(new int[] {text[i]}, NONE, 10).get().next().orElseThrow().logits();
        assertClose(logits, uninterrupted.get(i));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 256})
  void sizeOfARoundChangesNothing(int roundTokens) throws Exception {
    int[] prompt = tokens(50);
    try (Engine other = engine("/golden/tiny-llama/config.json", roundTokens);
        Sequence sequence = other.open(60, 0).get()) {
      float[][] readouts = sequence.advance(prompt, NONE, 0).get().acceptedReadouts();
      assertClose(readouts[49], last(alone(prompt)));
    }
  }

  @Test
  void slidingWindowHoldsForTreesToo() throws Exception {
    try (Engine windowed = engine("/golden/tiny-mistral/config.json", 16);
        Sequence tree = windowed.open(60, 10).get();
        Sequence chain = windowed.open(60, 10).get()) {
      int[] prompt = tokens(30);
      tree.advance(prompt, NONE, 0).get();
      float[][] readouts = tree.advance(NONE, new int[] {1, 2, 3}, 0).get().candidateReadouts();
      chain.advance(prompt, NONE, 0).get();
      assertClose(readouts[2], last(chain.advance(new int[] {3}, NONE, 0).get()));
    }
  }

  private static AdvanceResult alone(int[] tokens) throws Exception {
    try (Sequence sequence = engine.open(tokens.length, 0).get()) {
      return sequence.advance(tokens, NONE, vocabulary).get();
    }
  }

  private static float[] last(AdvanceResult step) {
    return step.acceptedReadouts()[step.acceptedReadouts().length - 1];
  }

  private static void assertClose(float[] actual, float[] expected) {
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < actual.length; i++) {
      assertThat((double) actual[i]).isCloseTo(expected[i], within(TOLERANCE));
    }
  }

  private static int[] tokens(int count) {
    return random.ints(count, 0, vocabulary).toArray();
  }

  private static int[] distinctTokens(int count) {
    return random.ints(0, vocabulary).distinct().limit(count).toArray();
  }

  private static int[] append(int[] tokens, int... more) {
    return IntStream.concat(IntStream.of(tokens), IntStream.of(more)).toArray();
  }
}
