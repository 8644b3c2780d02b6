package dev.panda.reward.serving.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.panda.reward.testing.TinyRewards;
import dev.panda.transformer.checkpoint.Checkpoint;
import dev.panda.transformer.checkpoint.CheckpointException;
import dev.panda.transformer.checkpoint.Checkpoints;
import dev.panda.transformer.checkpoint.ModelTensors;
import dev.panda.transformer.checkpoint.ScalarType;
import dev.panda.transformer.checkpoint.TensorData;
import dev.panda.transformer.checkpoint.adapter.AdaptedCheckpoint;
import dev.panda.transformer.checkpoint.adapter.LowRankAdapter;
import dev.panda.transformer.checkpoint.safetensors.SafetensorsWriter;
import dev.panda.transformer.reward.OwnWeights;
import dev.panda.transformer.reward.Pooling;
import dev.panda.transformer.reward.RewardModelException;
import dev.panda.transformer.reward.RewardModelFolder;
import dev.panda.transformer.reward.TrainingMethod;
import dev.panda.transformer.testing.PlainRewards;
import dev.panda.transformer.testing.TinyCheckpoint;
import dev.panda.transformer.testing.TinyModels;
import dev.panda.transformer.testing.TinyTokenizer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OwnWeightsServedTest extends RewardLoaderCase {
  @Test
  void servesAnAdapterLikeTheBackboneWithTheAdapterMerged() {
    LowRankAdapter adapter = writeAdapted("zeal");
    write("wit", TinyModels.readout(2, Pooling.LAST));

    double merged;
    try (Checkpoint base = Checkpoints.open(backbone)) {
      Path folder = roots.resolve("merged");
      Checkpoint weights = new AdaptedCheckpoint(base, adapter, folder);
      Map<String, TensorData> tensors = new LinkedHashMap<>();
      base.tensors()
          .forEach(
              (name, info) ->
                  tensors.put(
                      name, new TensorData(ScalarType.F32, info.shape(), weights.read(name))));
      TinyRewards.writeBackbone(folder);
      SafetensorsWriter.write(folder.resolve("model.safetensors"), tensors, Map.of());
      try (PlainRewards plain = new PlainRewards(folder)) {
        merged =
            plain.raw(RewardModelFolder.read(backbone.resolve("rewards/zeal")), PROMPT, RESPONSE);
      }
    }
    try (ServedRewards served = load(Map.of("preferences", "zeal"))) {
      assertThat(served.ownWeights()).contains(backbone.resolve("rewards/zeal"));
      assertThat(raw(served)).isCloseTo(merged, within(1e-4));
      try (PlainRewards plain = new PlainRewards(backbone)) {
        assertThat(Math.abs(merged - plain(plain, served))).isGreaterThan(0.01);
      }
    }
  }

  @Test
  void servesARewardModelWithWholeWeightsOfItsOwn() {
    writeOwn("zeal", TrainingMethod.FULL);
    Map<String, TensorData> tensors;
    try (Checkpoint other =
        Checkpoints.open(
            TinyCheckpoint.llama(99)
                .vocabSize(TinyRewards.VOCABULARY)
                .hiddenSize(TinyRewards.HIDDEN)
                .layers(TinyRewards.LAYERS)
                .context(TinyRewards.CONTEXT)
                .write(roots.resolve("other")))) {
      TinyTokenizer.write(roots.resolve("other"));
      tensors = new LinkedHashMap<>();
      ModelTensors.shapes(other.config(), 2)
          .forEach(
              (name, shape) ->
                  tensors.put(name, new TensorData(ScalarType.F32, shape, other.read(name))));
    }
    OwnWeights.write(backbone.resolve("rewards/zeal"), tensors);

    try (ServedRewards served = load(Map.of("preferences", "zeal"));
        PlainRewards plain = new PlainRewards(roots.resolve("other"))) {
      assertThat(raw(served)).isCloseTo(plain(plain, served), within(1e-4));
    }
  }

  @Test
  void leavesOutOwnWeightsUnlessNamedAndSaysHowToServeThem() {
    writeAdapted("zeal");
    write("wit", TinyModels.readout(2, Pooling.LAST));

    try (ServedRewards served = load(Map.of())) {
      assertThat(served.models())
          .extracting(model -> model.card().preference())
          .containsExactly("wit");
      assertThat(served.ownWeights()).isEmpty();
    }
    assertThat(notices)
        .containsExactly(
            "preference zeal is left out: it has weights of its own (to load it:"
                + " panda.reward.preferences=zeal, or --preference zeal)");
  }

  @Test
  void refusesWeightsOfTheirOwnBesideOthers() {
    writeAdapted("zeal");
    writeAdapted("care");
    write("wit", TinyModels.readout(2, Pooling.LAST));

    for (String names : List.of("wit,zeal", "zeal,care")) {
      assertThatThrownBy(() -> load(Map.of("preferences", names)))
          .isInstanceOf(RewardModelException.class)
          .hasMessageContaining(
              "zeal has weights of its own (expected: a separate reward service for it:")
          .hasMessageContaining("panda.reward.preferences=zeal");
    }
  }

  @Test
  void saysWhatToNameIfAllHaveOwnWeights() {
    writeAdapted("zeal");

    assertThatThrownBy(() -> load(Map.of()))
        .isInstanceOf(RewardModelException.class)
        .hasMessageContaining(
            "expected: one of zeal, chosen by name: panda.reward.preferences=zeal");
  }

  @Test
  void refusesARewardModelWhoseAdapterIsMissing() {
    writeOwn("zeal", TrainingMethod.LOW_RANK);

    assertThatThrownBy(() -> load(Map.of("preferences", "zeal")))
        .isInstanceOf(CheckpointException.class)
        .hasMessage(backbone.resolve("rewards/zeal/adapter_config.json") + ": no such file");
  }
}
