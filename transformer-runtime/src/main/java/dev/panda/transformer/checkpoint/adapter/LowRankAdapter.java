package dev.panda.transformer.checkpoint.adapter;

import dev.panda.transformer.checkpoint.ModelConfig;
import dev.panda.transformer.checkpoint.ModelTensors;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;

/**
 * Low-rank adapters (LoRA) for a checkpoint's matrices: each matrix W becomes W + scale · B · A.
 *
 * @param rank of all adapters
 * @param alpha numerator of the scale
 * @param rankStabilised whether the scale is alpha / √rank instead of alpha / rank
 * @param factors factors by the name of the weight they add to; rows in the checkpoint's order
 */
public record LowRankAdapter(
    int rank, double alpha, boolean rankStabilised, Map<String, LowRankFactors> factors) {

  public LowRankAdapter {
    factors = Collections.unmodifiableMap(new LinkedHashMap<>(factors));
    if (factors.isEmpty()) {
      throw new IllegalArgumentException(
          "adapter: no factors (expected: those of at least one matrix)");
    }
    if (!Double.isFinite(alpha)) {
      throw new IllegalArgumentException("lora_alpha: " + alpha + " (expected: finite)");
    }
  }

  /**
   * Creates the adapters that training begins with. They add nothing: A is uniform within ± 1 /
   * √in, as in PEFT, and B is 0. The same seed gives the same adapters.
   *
   * @param blocks number of blocks with adapters, from the first
   * @param layers the layers of a block with adapters, at least one
   */
  public static LowRankAdapter initial(
      ModelConfig config,
      int blocks,
      Collection<LinearLayer> layers,
      int rank,
      double alpha,
      long seed) {
    Map<String, List<Integer>> shapes = ModelTensors.shapes(config, blocks);
    Random random = new Random(seed);
    Map<String, LowRankFactors> factors = new LinkedHashMap<>();
    for (int block = 0; block < blocks; block++) {
      for (LinearLayer layer : new TreeSet<>(layers)) {
        List<Integer> shape = shapes.get(layer.weight(block));
        float[] a = new float[rank * shape.get(1)];
        double bound = 1 / Math.sqrt(shape.get(1));
        for (int i = 0; i < a.length; i++) {
          a[i] = (float) (bound * (2 * random.nextDouble() - 1));
        }
        factors.put(
            layer.weight(block), new LowRankFactors(rank, a, new float[shape.get(0) * rank]));
      }
    }
    return new LowRankAdapter(rank, alpha, false, factors);
  }

  /** The factor of B · A. */
  public double scale() {
    return alpha / (rankStabilised ? Math.sqrt(rank) : rank);
  }

  /** The same adapter with other factors. */
  public LowRankAdapter with(Map<String, LowRankFactors> others) {
    return new LowRankAdapter(rank, alpha, rankStabilised, others);
  }
}
