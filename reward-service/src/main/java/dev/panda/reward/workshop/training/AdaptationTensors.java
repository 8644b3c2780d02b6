package dev.panda.reward.workshop.training;

import dev.panda.transformer.checkpoint.ScalarType;
import dev.panda.transformer.checkpoint.TensorData;
import dev.panda.transformer.checkpoint.adapter.LowRankAdapter;
import dev.panda.transformer.checkpoint.adapter.LowRankFactors;
import dev.panda.transformer.decoder.TrainableReward;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The trained tensors, by their names in a saved state. */
final class AdaptationTensors {
  static final String HEAD = "head";
  private static final String A = ".A";
  private static final String B = ".B";

  private AdaptationTensors() {}

  /** The current head, and the current factors of adapters or whole weights. */
  static Map<String, TensorData> of(TrainableReward reward) {
    Map<String, TensorData> tensors = new LinkedHashMap<>();
    tensors.put(HEAD, vector(reward.head()));
    reward
        .adapter()
        .ifPresentOrElse(
            adapter ->
                adapter
                    .factors()
                    .forEach(
                        (weight, factors) -> {
                          tensors.put(weight + A, vector(factors.a()));
                          tensors.put(weight + B, vector(factors.b()));
                        }),
            () -> tensors.putAll(reward.tensors()));
    return tensors;
  }

  /**
   * An adapter with the saved factors.
   *
   * @param read reads a tensor by its name
   */
  static LowRankAdapter adapter(LowRankAdapter shape, Function<String, float[]> read) {
    Map<String, LowRankFactors> factors = new LinkedHashMap<>();
    for (String weight : shape.factors().keySet()) {
      factors.put(
          weight, new LowRankFactors(shape.rank(), read.apply(weight + A), read.apply(weight + B)));
    }
    return shape.with(factors);
  }

  private static TensorData vector(float[] values) {
    return new TensorData(ScalarType.F32, List.of(values.length), values);
  }
}
