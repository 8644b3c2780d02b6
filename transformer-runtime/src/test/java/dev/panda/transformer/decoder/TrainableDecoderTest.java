package dev.panda.transformer.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.panda.transformer.checkpoint.Checkpoint;
import dev.panda.transformer.checkpoint.Checkpoints;
import dev.panda.transformer.checkpoint.ScalarType;
import dev.panda.transformer.checkpoint.TensorData;
import dev.panda.transformer.checkpoint.safetensors.SafetensorsWriter;
import dev.panda.transformer.testing.TinyCheckpoint;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrainableDecoderTest {
  private static final long NONE = TrainableDecoder.NO_TARGET;
  private static final long[][] IDS = {{1, 5, 9, 14, 3}, {1, 7, 7, 0, 0}};
  private static final long[][] TARGETS = {{NONE, 9, 14, 3, 2}, {7, 7, 2, NONE, NONE}};

  @TempDir Path folder;

  private static Checkpoint checkpoint(String name) throws Exception {
    return Checkpoints.open(
        Path.of(TrainableDecoderTest.class.getResource("/golden/" + name + "/config.json").toURI())
            .getParent());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "tiny-llama",
        "tiny-qwen2",
        "tiny-qwen3",
        "tiny-gemma3",
        "tiny-phi3",
        "tiny-smollm3"
      })
  void exportsTheTensorsItWasGiven(String name) throws Exception {
    try (Checkpoint checkpoint = checkpoint(name);
        TrainableDecoder decoder = TrainableDecoder.load(checkpoint, "cpu", 1)) {
      Map<String, TensorData> tensors = decoder.tensors(ScalarType.F32);
      assertThat(tensors.keySet())
          .containsExactlyInAnyOrderElementsOf(checkpoint.tensors().keySet());
      tensors.forEach(
          (tensor, data) ->
              assertThat(data.values()).as(tensor).isEqualTo(checkpoint.read(tensor)));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "tiny-llama",
        "tiny-qwen2",
        "tiny-mistral",
        "tiny-qwen3",
        "tiny-gemma3",
        "tiny-phi3",
        "tiny-smollm3"
      })
  void lossIsThatOfTheServedModel(String name) throws Exception {
    try (Checkpoint checkpoint = checkpoint(name);
        TrainableDecoder trained = TrainableDecoder.load(checkpoint, "cpu", 1);
        Decoder served =
            Decoder.load(
                checkpoint, new DecoderOptions(Numerics.FLOAT32, "cpu", 1, true, List.of(), 256))) {
      double total = 0;
      int count = 0;
      for (int row = 0; row < IDS.length; row++) {
        for (int i = 0; i < IDS[row].length; i++) {
          if (TARGETS[row][i] != NONE) {
            total -= logProbability(served, IDS[row], i + 1, (int) TARGETS[row][i]);
            count++;
          }
        }
      }
      assertThat(trained.evaluate(IDS, TARGETS)).isCloseTo(total / count, within(1e-5));
    }
  }

  private static double logProbability(Decoder decoder, long[] ids, int length, int target) {
    int[] prefix = Arrays.stream(ids).limit(length).mapToInt(id -> (int) id).toArray();
    try (KvCache cache = decoder.newCache(length)) {
      int vocabulary = decoder.config().vocabSize();
      NextTokens next =
          decoder
              .step(List.of(new StepInput(cache, 0, prefix, new int[0], true)), vocabulary)
              .get(0)
              .next()
              .get(0);
      for (int i = 0; i < vocabulary; i++) {
        if (next.ids()[i] == target) {
          return next.logProbabilities()[i];
        }
      }
    }
    throw new AssertionError("token " + target);
  }

  @ParameterizedTest
  @ValueSource(strings = {"tiny-llama", "tiny-qwen3", "tiny-gemma3"})
  void learnsABatchByHeart(String name) throws Exception {
    try (Checkpoint checkpoint = checkpoint(name);
        TrainableDecoder decoder =
            TrainableDecoder.load(new InitialWeights(checkpoint.config(), 1), "cpu", 1)) {
      double before = decoder.evaluate(IDS, TARGETS);
      assertThat(before).isCloseTo(Math.log(checkpoint.config().vocabSize()), within(0.2));
      for (int update = 1; update <= 60; update++) {
        decoder.learn(IDS, TARGETS, update, new UpdateStep(1e-2, 0, 1));
      }
      assertThat(decoder.evaluate(IDS, TARGETS)).isLessThan(0.05);
    }
  }

  @Test
  void aGradientThatOverflowsLeavesTheWeightsAsTheyWere() throws Exception {
    TinyCheckpoint.llama(1).write(folder);
    Map<String, TensorData> tensors = TinyCheckpoint.llama(1).tensors();
    scale(tensors.get("model.norm.weight"), 1e-25f);
    scale(tensors.get("lm_head.weight"), 1e25f);
    SafetensorsWriter.write(folder.resolve("model.safetensors"), tensors, Map.of());
    try (Checkpoint checkpoint = Checkpoints.open(folder);
        TrainableDecoder decoder = TrainableDecoder.load(checkpoint, "cpu", 1)) {
      assertThat(decoder.evaluate(IDS, TARGETS)).isBetween(0.0, 20.0);
      assertThatThrownBy(() -> decoder.learn(IDS, TARGETS, 3, new UpdateStep(1e-2, 0, 1)))
          .isInstanceOf(DivergenceException.class)
          .hasMessageContaining("norm of the gradient: Infinity at update 3");
      decoder
          .tensors(ScalarType.F32)
          .forEach(
              (name, tensor) ->
                  assertThat(tensor.values()).as(name).isEqualTo(tensors.get(name).values()));
      decoder
          .moments()
          .forEach(
              (name, moment) ->
                  assertThat(moment.values())
                      .as(name)
                      .isEqualTo(new float[moment.values().length]));
    }
  }

  private static void scale(TensorData tensor, float factor) {
    for (int i = 0; i < tensor.values().length; i++) {
      tensor.values()[i] *= factor;
    }
  }

  @Test
  void resumedLearnsAsUninterrupted() throws Exception {
    try (Checkpoint checkpoint = checkpoint("tiny-qwen2");
        TrainableDecoder first = TrainableDecoder.load(checkpoint, "cpu", 1);
        TrainableDecoder resumed = TrainableDecoder.load(checkpoint, "cpu", 1)) {
      first.learn(IDS, TARGETS, 1, new UpdateStep(1e-2, 0.1, 1));
      resumed.learn(IDS, TARGETS, 1, new UpdateStep(1e-2, 0.1, 1));
      Map<String, TensorData> moments = resumed.moments();
      resumed.restoreMoments(name -> new float[moments.get(name).values().length]);
      resumed.restoreMoments(name -> moments.get(name).values());
      assertThat(resumed.learn(IDS, TARGETS, 2, new UpdateStep(1e-2, 0.1, 1)))
          .isEqualTo(first.learn(IDS, TARGETS, 2, new UpdateStep(1e-2, 0.1, 1)));
      assertThat(resumed.evaluate(IDS, TARGETS)).isEqualTo(first.evaluate(IDS, TARGETS));
    }
  }
}
