package dev.panda.transformer.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.panda.transformer.checkpoint.Checkpoint;
import dev.panda.transformer.checkpoint.Checkpoints;
import dev.panda.transformer.checkpoint.TensorData;
import dev.panda.transformer.checkpoint.adapter.AdaptedCheckpoint;
import dev.panda.transformer.checkpoint.adapter.LinearLayer;
import dev.panda.transformer.checkpoint.adapter.LowRankAdapter;
import dev.panda.transformer.checkpoint.adapter.LowRankFactors;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TrainableRewardTest {
  /**
   * Two pairs, with the shorter response of each padded; read at the whole response, by the mean
   * and at the last token.
   */
  private static final PreferenceBatch PAIRS =
      new PreferenceBatch(
          new long[][] {
            {1, 5, 9, 14, 3, 7}, {1, 5, 20, 31, 0, 0}, {1, 8, 8, 2, 0, 0}, {1, 8, 40, 41, 42, 2}
          },
          new float[][][] {
            {mean(6, 2, 6), last(6, 4)},
            {mean(6, 2, 4), last(6, 3)},
            {mean(6, 2, 4), last(6, 3)},
            {mean(6, 2, 6), last(6, 4)}
          });

  private static final UpdateStep STEP = new UpdateStep(1e-2, 0.01, 1);

  private static float[] mean(int tokens, int start, int end) {
    float[] shares = new float[tokens];
    Arrays.fill(shares, start, end, 1f / (end - start));
    return shares;
  }

  private static float[] last(int tokens, int end) {
    return mean(tokens, end - 1, end);
  }

  private static Checkpoint checkpoint(String name) throws Exception {
    return Checkpoints.open(
        Path.of(TrainableRewardTest.class.getResource("/golden/" + name + "/config.json").toURI())
            .getParent());
  }

  private static float[] random(int size, long seed) {
    Random random = new Random(seed);
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private static TrainableReward.Readout readout(Checkpoint checkpoint, int layer) {
    int width = checkpoint.config().hiddenSize();
    float[] scale = random(width, 9);
    for (int i = 0; i < width; i++) {
      scale[i] = 0.5f + Math.abs(scale[i]);
    }
    return new TrainableReward.Readout(layer, random(width, 8), scale);
  }

  /** An adapter whose B is not 0. */
  private static LowRankAdapter adapter(Checkpoint checkpoint, int blocks, LinearLayer... layers) {
    LowRankAdapter initial =
        LowRankAdapter.initial(checkpoint.config(), blocks, List.of(layers), 3, 6, 1);
    Map<String, LowRankFactors> factors = new LinkedHashMap<>();
    initial
        .factors()
        .forEach(
            (name, f) -> {
              float[] b = random(f.b().length, name.hashCode());
              for (int i = 0; i < b.length; i++) {
                b[i] *= 0.2f;
              }
              factors.put(name, new LowRankFactors(f.rank(), f.a(), b));
            });
    return initial.with(factors);
  }

  private static TrainableReward load(
      Checkpoint checkpoint, Optional<LowRankAdapter> adapter, int layer) {
    return TrainableReward.load(checkpoint, adapter, readout(checkpoint, layer), "cpu", 1);
  }

  private static float[] flat(float[][] margins) {
    float[] flat = new float[margins.length * margins[0].length];
    for (int i = 0; i < margins.length; i++) {
      System.arraycopy(margins[i], 0, flat, i * margins[0].length, margins[0].length);
    }
    return flat;
  }

  @ParameterizedTest
  @CsvSource({
    "tiny-llama,1",
    "tiny-llama,2",
    "tiny-qwen2,2",
    "tiny-mistral,2",
    "tiny-qwen3,2",
    "tiny-gemma3,7",
    "tiny-phi3,2",
    "tiny-smollm3,5"
  })
  void marginsAreThoseOfTheServedModel(String name, int layer) throws Exception {
    try (Checkpoint checkpoint = checkpoint(name);
        TrainableReward reward = load(checkpoint, Optional.empty(), layer);
        Decoder served = Decoder.load(checkpoint, projecting(readout(checkpoint, layer)))) {
      float[][] margins = reward.margins(PAIRS);
      for (int pair = 0; pair < 2; pair++) {
        for (int end = 0; end < 2; end++) {
          assertThat((double) margins[pair][end])
              .isCloseTo(
                  reward(served, 2 * pair, end) - reward(served, 2 * pair + 1, end), within(1e-4));
        }
      }
    }
  }

  private static DecoderOptions projecting(TrainableReward.Readout readout) {
    float[] w = readout.head().clone();
    for (int i = 0; i < w.length; i++) {
      w[i] *= readout.scale()[i];
    }
    return new DecoderOptions(
        Numerics.FLOAT32, "cpu", 1, false, List.of(new Projection(readout.layer(), w)), 256);
  }

  private static double reward(Decoder served, int row, int end) {
    int[] ids = Arrays.stream(PAIRS.ids()[row]).mapToInt(id -> (int) id).toArray();
    try (KvCache cache = served.newCache(ids.length)) {
      float[][] terms =
          served
              .step(List.of(new StepInput(cache, 0, ids, new int[0], false)), 0)
              .get(0)
              .readouts();
      double sum = 0;
      for (int token = 0; token < ids.length; token++) {
        sum += PAIRS.shares()[row][end][token] * terms[token][0];
      }
      return sum;
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"tiny-llama", "tiny-qwen2"})
  void anAdapterThatBeginsChangesNothing(String name) throws Exception {
    try (Checkpoint checkpoint = checkpoint(name);
        TrainableReward frozen = load(checkpoint, Optional.empty(), 2);
        TrainableReward adapted =
            load(
                checkpoint,
                Optional.of(
                    LowRankAdapter.initial(
                        checkpoint.config(), 2, List.of(LinearLayer.values()), 4, 8, 1)),
                2)) {
      assertThat(flat(adapted.margins(PAIRS))).isEqualTo(flat(frozen.margins(PAIRS)));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "tiny-llama,1",
    "tiny-llama,2",
    "tiny-qwen2,3",
    "tiny-qwen3,2",
    "tiny-gemma3,7",
    "tiny-phi3,2"
  })
  void mergedWeightsGiveTheMarginsOfTheAdapter(String name, int layer) throws Exception {
    try (Checkpoint checkpoint = checkpoint(name)) {
      for (LinearLayer[] layers :
          List.of(LinearLayer.values(), new LinearLayer[] {LinearLayer.K, LinearLayer.UP})) {
        LowRankAdapter adapter = adapter(checkpoint, layer, layers);
        try (TrainableReward adapted = load(checkpoint, Optional.of(adapter), layer);
            TrainableReward merged =
                load(
                    new AdaptedCheckpoint(checkpoint, adapter, Path.of("adapter")),
                    Optional.empty(),
                    layer);
            TrainableReward frozen = load(checkpoint, Optional.empty(), layer)) {
          float[] margins = flat(adapted.margins(PAIRS));
          assertThat(margins).containsExactly(flat(merged.margins(PAIRS)), within(1e-4f));
          assertThat(Math.abs(margins[0] - flat(frozen.margins(PAIRS))[0])).isGreaterThan(1e-2f);
        }
      }
    }
  }

  @Test
  void givesBackTheAdapterAndTheWeightsThatItWasGiven() throws Exception {
    try (Checkpoint checkpoint = checkpoint("tiny-llama")) {
      LowRankAdapter adapter = adapter(checkpoint, 2, LinearLayer.Q, LinearLayer.K, LinearLayer.O);
      try (TrainableReward reward = load(checkpoint, Optional.of(adapter), 2)) {
        LowRankAdapter now = reward.adapter().orElseThrow();
        assertThat(now.factors().keySet()).isEqualTo(adapter.factors().keySet());
        now.factors()
            .forEach(
                (name, f) -> {
                  assertThat(f.a()).isEqualTo(adapter.factors().get(name).a());
                  assertThat(f.b()).isEqualTo(adapter.factors().get(name).b());
                });
        assertThat(reward.head()).isEqualTo(readout(checkpoint, 2).head());
        assertThat(reward.size()).isEqualTo(32 + 2 * 3 * (32 + 32 + 32 + 16 + 32 + 32));
      }
      try (TrainableReward reward = load(checkpoint, Optional.empty(), 1)) {
        Map<String, TensorData> tensors = reward.tensors();
        assertThat(tensors).containsKey("model.layers.0.mlp.up_proj.weight").hasSize(10);
        tensors.forEach(
            (name, tensor) ->
                assertThat(tensor.values()).as(name).isEqualTo(checkpoint.read(name)));
      }
    }
  }

  /** Central differences of the loss, for each sampled weight. */
  @ParameterizedTest
  @ValueSource(strings = {"tiny-llama", "tiny-qwen2", "tiny-qwen3", "tiny-gemma3", "tiny-phi3"})
  void gradientIsThatOfFiniteDifferences(String name) throws Exception {
    try (Checkpoint checkpoint = checkpoint(name)) {
      LowRankAdapter adapter = adapter(checkpoint, 2, LinearLayer.values());
      List<float[]> gradients;
      try (TrainableReward reward = load(checkpoint, Optional.of(adapter), 2)) {
        gradients = reward.gradients(List.of(PAIRS));
      }
      List<String> weights = new ArrayList<>(adapter.factors().keySet());
      double largest = 0;
      for (int w = 0; w < weights.size(); w += 4) {
        LowRankFactors factors = adapter.factors().get(weights.get(w));
        float[] gradientOfA = gradients.get(1 + 2 * w);
        int at = w % factors.a().length;
        float[] up = factors.a().clone();
        float[] down = factors.a().clone();
        float step = 1e-2f;
        up[at] += step;
        down[at] -= step;
        double difference =
            (loss(checkpoint, changed(adapter, weights.get(w), up))
                    - loss(checkpoint, changed(adapter, weights.get(w), down)))
                / (up[at] - down[at]);
        assertThat((double) gradientOfA[at])
            .as(weights.get(w))
            .isCloseTo(difference, within(5e-4 + 2e-3 * Math.abs(difference)));
        largest = Math.max(largest, Math.abs(difference));
      }
      assertThat(largest).isGreaterThan(0.05);
    }
  }

  private static LowRankAdapter changed(LowRankAdapter adapter, String weight, float[] a) {
    Map<String, LowRankFactors> factors = new LinkedHashMap<>(adapter.factors());
    factors.put(weight, new LowRankFactors(adapter.rank(), a, factors.get(weight).b()));
    return adapter.with(factors);
  }

  private static double loss(Checkpoint checkpoint, LowRankAdapter adapter) {
    try (TrainableReward reward = load(checkpoint, Optional.of(adapter), 2)) {
      double sum = 0;
      float[] margins = flat(reward.margins(PAIRS));
      for (float margin : margins) {
        sum += Math.log1p(Math.exp(-margin)) / margins.length;
      }
      return sum;
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void gradientsOfBatchesAddUpToThatOfAllPairs(boolean lowRank) throws Exception {
    PreferenceBatch first =
        new PreferenceBatch(Arrays.copyOf(PAIRS.ids(), 2), Arrays.copyOf(PAIRS.shares(), 2));
    PreferenceBatch second =
        new PreferenceBatch(
            Arrays.copyOfRange(PAIRS.ids(), 2, 4), Arrays.copyOfRange(PAIRS.shares(), 2, 4));
    try (Checkpoint checkpoint = checkpoint("tiny-llama");
        TrainableReward reward =
            load(
                checkpoint,
                lowRank
                    ? Optional.of(adapter(checkpoint, 2, LinearLayer.values()))
                    : Optional.empty(),
                2)) {
      List<float[]> together = reward.gradients(List.of(PAIRS));
      List<float[]> apart = reward.gradients(List.of(first, second));
      for (int i = 0; i < together.size(); i++) {
        assertThat(apart.get(i)).containsExactly(together.get(i), within(1e-4f));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void learnsPairsByHeart(boolean lowRank) throws Exception {
    try (Checkpoint checkpoint = checkpoint("tiny-llama");
        TrainableReward reward =
            load(
                checkpoint,
                lowRank
                    ? Optional.of(
                        LowRankAdapter.initial(
                            checkpoint.config(), 2, List.of(LinearLayer.Q, LinearLayer.V), 4, 8, 1))
                    : Optional.empty(),
                2)) {
      reward.learn(List.of(PAIRS), 1, new UpdateStep(1e-2, 0, 1));
      int live = reward.liveArrays();
      for (int update = 2; update <= 60; update++) {
        reward.learn(List.of(PAIRS), update, new UpdateStep(1e-2, 0, 1));
      }
      assertThat(reward.liveArrays()).isEqualTo(live);
      assertThat(reward.learn(List.of(PAIRS), 61, new UpdateStep(1e-2, 0, 1))).isLessThan(0.05);
      for (float margin : flat(reward.margins(PAIRS))) {
        assertThat(margin).isGreaterThan(1);
      }
    }
  }

  @Test
  void resumedLearnsAsUninterrupted() throws Exception {
    try (Checkpoint checkpoint = checkpoint("tiny-llama");
        TrainableReward first =
            load(checkpoint, Optional.of(adapter(checkpoint, 2, LinearLayer.values())), 2)) {
      first.learn(List.of(PAIRS), 1, STEP);
      Map<String, TensorData> moments = first.moments();
      TrainableReward.Readout readout =
          new TrainableReward.Readout(2, first.head(), readout(checkpoint, 2).scale());
      try (TrainableReward resumed =
          TrainableReward.load(checkpoint, first.adapter(), readout, "cpu", 1)) {
        resumed.restoreMoments(name -> moments.get(name).values());
        assertThat(resumed.learn(List.of(PAIRS), 2, STEP))
            .isEqualTo(first.learn(List.of(PAIRS), 2, STEP));
        assertThat(flat(resumed.margins(PAIRS))).isEqualTo(flat(first.margins(PAIRS)));
      }
    }
  }

  @Test
  void refusesWhatWouldEndTheProcess() throws Exception {
    try (Checkpoint checkpoint = checkpoint("tiny-llama");
        TrainableReward reward = load(checkpoint, Optional.empty(), 1)) {
      PreferenceBatch unknown = new PreferenceBatch(new long[][] {{1}, {96}}, new float[2][1][1]);
      assertThatThrownBy(() -> reward.margins(unknown))
          .hasMessage("token id: 96 (expected: 0 to 95)");
      assertThatThrownBy(() -> load(checkpoint, Optional.empty(), 3))
          .hasMessage("layer: 3 (expected: 1 to 2)");
    }
    assertThatThrownBy(() -> new PreferenceBatch(new long[3][1], new float[3][1][1]))
        .hasMessageContaining("two responses for each pair");
    assertThatThrownBy(() -> new PreferenceBatch(new long[2][2], new float[2][1][1]))
        .hasMessageContaining("uneven");
  }
}
