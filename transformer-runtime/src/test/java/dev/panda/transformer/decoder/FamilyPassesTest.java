package dev.panda.transformer.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.panda.transformer.checkpoint.Checkpoint;
import dev.panda.transformer.checkpoint.Checkpoints;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Compares the ways through a model with one another, on sequences longer than the windows of its
 * layers: several sequences at once, candidates, pooling and training.
 */
class FamilyPassesTest {
  private static final float TOLERANCE = 1e-4f;
  private static final int[] NONE = {};

  private static int[] tokens(int count, long seed) {
    return new Random(seed).ints(count, 0, 96).toArray();
  }

  private static Checkpoint checkpoint(String name) throws Exception {
    return Checkpoints.open(Path.of(FamilyPassesTest.class.getResource("/golden/" + name).toURI()));
  }

  /** One read-out after the last block. */
  private static Projection projection(Checkpoint checkpoint) {
    float[] weights = new float[checkpoint.config().hiddenSize()];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = (float) Math.sin(i + 1);
    }
    return new Projection(checkpoint.config().numHiddenLayers(), weights);
  }

  private static Decoder load(Checkpoint checkpoint) {
    return Decoder.load(
        checkpoint,
        new DecoderOptions(Numerics.FLOAT32, "cpu", 1, true, List.of(projection(checkpoint)), 128));
  }

  @ParameterizedTest
  @ValueSource(strings = {"tiny-qwen3", "tiny-gemma3", "tiny-phi3", "tiny-smollm3"})
  void sequencesTogetherAreAsEachAlone(String name) throws Exception {
    try (Checkpoint checkpoint = checkpoint(name);
        Decoder decoder = load(checkpoint)) {
      List<StepInput> inputs = new ArrayList<>();
      List<float[]> alone = new ArrayList<>();
      for (int length : new int[] {1, 5, 30}) {
        StepInput input =
            new StepInput(decoder.newCache(40), 0, tokens(length, length), NONE, true);
        alone.add(decoder.step(List.of(input), 96).get(0).next().get(0).logits());
        inputs.add(input);
      }
      List<StepOutput> together = decoder.step(inputs, 96);
      for (int i = 0; i < inputs.size(); i++) {
        assertThat(together.get(i).next().get(0).logits())
            .containsExactly(alone.get(i), within(TOLERANCE));
      }
      inputs.forEach(input -> input.cache().close());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"tiny-qwen3", "tiny-gemma3", "tiny-phi3", "tiny-smollm3"})
  void candidatesAreAsEachAlone(String name) throws Exception {
    int[] prompt = tokens(30, 1);
    int[] candidates = {3, 9, 27, 81};
    try (Checkpoint checkpoint = checkpoint(name);
        Decoder decoder = load(checkpoint);
        KvCache cache = decoder.newCache(40)) {
      decoder.step(List.of(new StepInput(cache, 0, prompt, NONE, false)), 0);
      float[][] tree =
          decoder
              .step(List.of(new StepInput(cache, 30, NONE, candidates, false)), 0)
              .get(0)
              .readouts();
      for (int i = 0; i < candidates.length; i++) {
        StepInput one = new StepInput(cache, 30, new int[] {candidates[i]}, NONE, false);
        assertThat(tree[i])
            .containsExactly(decoder.step(List.of(one), 0).get(0).readouts()[0], within(TOLERANCE));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"tiny-qwen3", "tiny-gemma3", "tiny-phi3", "tiny-smollm3"})
  void poolingAndTrainingReadWhatStepsRead(String name) throws Exception {
    int[] first = tokens(30, 2);
    int[] second = tokens(30, 3);
    try (Checkpoint checkpoint = checkpoint(name);
        Decoder decoder = load(checkpoint)) {
      Projection projection = projection(checkpoint);
      float margin = read(decoder, first) - read(decoder, second);
      assertThat(pooled(decoder, first, projection) - pooled(decoder, second, projection))
          .isCloseTo(margin, within(TOLERANCE));

      float[] ones = new float[projection.weights().length];
      Arrays.fill(ones, 1);
      TrainableReward.Readout readout =
          new TrainableReward.Readout(projection.layer(), projection.weights(), ones);
      float[][][] atTheEnd = new float[2][1][30];
      atTheEnd[0][0][29] = 1;
      atTheEnd[1][0][29] = 1;
      long[][] ids = {
        Arrays.stream(first).asLongStream().toArray(),
        Arrays.stream(second).asLongStream().toArray()
      };
      try (TrainableReward reward =
          TrainableReward.load(checkpoint, Optional.empty(), readout, "cpu", 1)) {
        assertThat(reward.margins(new PreferenceBatch(ids, atTheEnd))[0][0])
            .isCloseTo(margin, within(TOLERANCE));
      }
    }
  }

  private static float read(Decoder decoder, int[] tokens) {
    try (KvCache cache = decoder.newCache(tokens.length)) {
      float[][] readouts =
          decoder.step(List.of(new StepInput(cache, 0, tokens, NONE, false)), 0).get(0).readouts();
      return readouts[tokens.length - 1][0];
    }
  }

  private static float pooled(Decoder decoder, int[] tokens, Projection projection) {
    int[] ends = {tokens.length};
    try (Pooling pooling =
        decoder.pool(tokens, tokens.length - 1, ends, new int[] {projection.layer()})) {
      float[] last = pooling.finish();
      float sum = 0;
      for (int i = 0; i < projection.weights().length; i++) {
        sum += projection.weights()[i] * last[i];
      }
      return sum;
    }
  }
}
