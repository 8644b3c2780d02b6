package dev.panda.transformer.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.panda.transformer.checkpoint.Checkpoint;
import dev.panda.transformer.checkpoint.Checkpoints;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Steps of many sequences at once, of all lengths, with prompts, candidates and both, in slots that
 * lie together and apart: each sequence gets what it gets alone.
 */
class MixedStepsTest {
  private static final float TOLERANCE = 1e-4f;
  private static final int VOCABULARY = 96;
  private static final int SEQUENCES = 12;
  private static final int K = 20;
  private static final int PROJECTIONS = 2;
  private static final int[] NONE = {};

  @ParameterizedTest
  @CsvSource({"tiny-llama, 1", "tiny-llama, 2", "tiny-gemma3, 3", "tiny-gemma3, 4"})
  void everySequenceIsAsAlone(String name, long seed) throws Exception {
    Random random = new Random(seed);
    try (Checkpoint checkpoint =
            Checkpoints.open(Path.of(getClass().getResource("/golden/" + name).toURI()));
        Decoder decoder = load(checkpoint)) {
      List<KvCache> caches = caches(decoder, random);
      List<StepInput> inputs = new ArrayList<>();
      List<StepOutput> alone = new ArrayList<>();
      for (KvCache cache : caches) {
        StepInput input = input(decoder, cache, random);
        alone.add(decoder.step(List.of(input), K).get(0));
        inputs.add(input);
      }

      List<StepOutput> together = decoder.step(inputs, K);

      for (int i = 0; i < inputs.size(); i++) {
        assertSame(together.get(i), alone.get(i));
      }
      caches.forEach(KvCache::close);
    }
  }

  private static void assertSame(StepOutput actual, StepOutput expected) {
    assertThat(actual.readouts()).hasDimensions(expected.readouts().length, PROJECTIONS);
    for (int row = 0; row < expected.readouts().length; row++) {
      assertThat(actual.readouts()[row])
          .containsExactly(expected.readouts()[row], within(TOLERANCE));
    }
    assertThat(actual.next()).hasSameSizeAs(expected.next());
    for (int i = 0; i < expected.next().size(); i++) {
      NextTokens its = actual.next().get(i);
      NextTokens next = expected.next().get(i);
      assertThat(its.logits()).containsExactly(next.logits(), within(TOLERANCE));
      assertThat(its.entropy()).isCloseTo(next.entropy(), within(TOLERANCE));
    }
  }

  private static Decoder load(Checkpoint checkpoint) {
    float[] readout = new float[checkpoint.config().hiddenSize()];
    for (int i = 0; i < readout.length; i++) {
      readout[i] = (float) Math.sin(i + 1);
    }
    List<Projection> projections = List.of(new Projection(1, readout), new Projection(2, readout));
    return Decoder.load(
        checkpoint, new DecoderOptions(Numerics.FLOAT32, "cpu", 2, true, projections, 2000));
  }

  /** Caches of which every other one lies in the gaps that closed ones have left. */
  private static List<KvCache> caches(Decoder decoder, Random random) {
    List<KvCache> small =
        IntStream.range(0, 100).mapToObj(i -> decoder.newCache(1 + random.nextInt(9))).toList();
    for (int i = 0; i < small.size(); i += 2) {
      small.get(i).close();
    }
    List<KvCache> caches =
        IntStream.range(0, SEQUENCES).mapToObj(i -> decoder.newCache(120)).toList();
    small.forEach(KvCache::close);
    return caches;
  }

  /** A sequence that has some tokens, and its next ones. */
  private static StepInput input(Decoder decoder, KvCache cache, Random random) {
    int past = random.nextInt(3) == 0 ? 0 : 1 + random.nextInt(60);
    if (past > 0) {
      decoder.step(List.of(new StepInput(cache, 0, tokens(past, random), NONE, false)), 0);
    }
    int accepted = past == 0 || random.nextBoolean() ? 1 + random.nextInt(40) : 0;
    int candidates = accepted == 0 ? 1 + random.nextInt(12) : random.nextInt(12);
    return new StepInput(
        cache,
        past,
        tokens(accepted, random),
        tokens(candidates, random),
        accepted > 0 && random.nextBoolean());
  }

  private static int[] tokens(int count, Random random) {
    return random.ints(count, 0, VOCABULARY).toArray();
  }
}
