package dev.panda.reward.serving.model;

import dev.panda.reward.testing.RewardConfigs;
import dev.panda.reward.testing.TinyRewards;
import dev.panda.transformer.checkpoint.Checkpoint;
import dev.panda.transformer.checkpoint.Checkpoints;
import dev.panda.transformer.checkpoint.adapter.LinearLayer;
import dev.panda.transformer.checkpoint.adapter.LowRankAdapter;
import dev.panda.transformer.checkpoint.adapter.LowRankFactors;
import dev.panda.transformer.engine.AdvanceResult;
import dev.panda.transformer.engine.Sequence;
import dev.panda.transformer.reward.OwnWeights;
import dev.panda.transformer.reward.Pooling;
import dev.panda.transformer.reward.Readout;
import dev.panda.transformer.reward.ResponseRewards;
import dev.panda.transformer.reward.RewardModel;
import dev.panda.transformer.reward.RewardModelFolder;
import dev.panda.transformer.reward.ScoreUnit;
import dev.panda.transformer.reward.TrainingMethod;
import dev.panda.transformer.testing.PlainRewards;
import dev.panda.transformer.testing.TinyModels;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Loads the reward models of a tiny backbone, as the service does. */
abstract class RewardLoaderCase {
  static final int[] PROMPT = {70, 12, 285};
  static final int[] RESPONSE = {31, 200, 17, 8};

  final List<String> notices = new ArrayList<>();

  @TempDir Path roots;
  Path backbone;
  String fingerprint;

  @BeforeEach
  void writeBackbone() {
    backbone = roots.resolve("tiny");
    TinyRewards.writeBackbone(backbone);
    fingerprint = TinyRewards.fingerprint(backbone);
  }

  void write(String preference, Readout readout) {
    write(backbone.resolve("rewards").resolve(preference), preference, readout);
  }

  void write(Path folder, String preference, Readout readout) {
    RewardModelFolder.write(
        folder, TinyModels.random(preference, fingerprint, readout, TinyRewards.HIDDEN));
  }

  /** A reward model with an adapter of its own. */
  LowRankAdapter writeAdapted(String preference) {
    writeOwn(preference, TrainingMethod.LOW_RANK);
    LowRankAdapter adapter;
    try (Checkpoint checkpoint = Checkpoints.open(backbone)) {
      LowRankAdapter initial =
          LowRankAdapter.initial(
              checkpoint.config(), 2, List.of(LinearLayer.Q, LinearLayer.DOWN), 2, 4, 1);
      Map<String, LowRankFactors> factors = new LinkedHashMap<>();
      initial
          .factors()
          .forEach(
              (name, f) -> {
                float[] b = new float[f.b().length];
                Arrays.fill(b, 0.1f);
                factors.put(name, new LowRankFactors(2, f.a(), b));
              });
      adapter = initial.with(factors);
    }
    OwnWeights.write(backbone.resolve("rewards").resolve(preference), adapter, "tiny");
    return adapter;
  }

  /** Writes the card and head of a reward model with own weights, but not the weights. */
  void writeOwn(String preference, TrainingMethod method) {
    RewardModel frozen =
        TinyModels.random(
            preference, fingerprint, TinyModels.readout(2, Pooling.MEAN), TinyRewards.HIDDEN);
    RewardModelFolder.write(
        backbone.resolve("rewards").resolve(preference),
        new RewardModel(TinyModels.card(frozen.card(), method), frozen.head()));
  }

  /** The raw reward of the response by the only reward model, through the engine. */
  static double raw(ServedRewards served) {
    int[] tokens = IntStream.concat(Arrays.stream(PROMPT), Arrays.stream(RESPONSE)).toArray();
    try (Sequence sequence = served.engine().open(tokens.length, 0).join()) {
      AdvanceResult step = sequence.advance(tokens, new int[0], 0).join();
      ResponseRewards rewards = new ResponseRewards(served.models(), new int[] {0}, ScoreUnit.RAW);
      for (int i = PROMPT.length; i < tokens.length; i++) {
        rewards.accept(step.acceptedReadouts()[i]);
      }
      return rewards.whole()[0];
    }
  }

  static double plain(PlainRewards plain, ServedRewards served) {
    return plain.raw(served.models().get(0), PROMPT, RESPONSE);
  }

  ServedRewards load(Map<String, String> keys) {
    return new RewardLoader(options(keys), notices::add).load();
  }

  /** The options of a service with these configuration keys. */
  RewardOptions options(Map<String, String> keys) {
    Map<String, String> all = new HashMap<>();
    all.put("model", backbone.toString());
    all.put("model-roots", roots.toString());
    all.put("numerics", "float32");
    all.put("threads", "1");
    all.put("cache-tokens", "64");
    all.put("round-tokens", "32");
    all.put("max-candidates", "8");
    all.putAll(keys);
    return RewardOptions.of(RewardConfigs.read(all));
  }
}
