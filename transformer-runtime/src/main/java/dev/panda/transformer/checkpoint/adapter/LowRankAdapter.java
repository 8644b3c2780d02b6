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
 * Low-rank adapters (LoRA) of a checkpoint's matrices: each becomes W + scale · B · A.
 *
 * @param rank of all of them
 * @param alpha what the scale is computed from
 * @param rankStabilised whether the scale is alpha / √rank, else alpha / rank
 * @param factors by the name of the weight they add to, their rows in the checkpoint's order
 */
public record LowRankAdapter(
    int rank, double alpha, boolean rankStabilised, Map<String, LowRankFactors> factors) {

  public LowRankAdapter {
    factors = Collections.unmodifiableMap(new LinkedHashMap<>(factors));
    if (factors.isEmpty()) {
      throw new IllegalArgumentException("adapter: no factors (expected: at least one matrix's)");
    }
    if (!Double.isFinite(alpha)) {
      throw new IllegalArgumentException("lora_alpha: " + alpha + " (expected: finite)");
    }
  }

  /**
   * The adapters that training begins with, which add nothing: A uniform within ± 1 / √in, as PEFT
   * draws it, B 0. The same for a seed.
   *
   * @param blocks number of blocks that have them, from the first
   * @param layers which layers of a block have them, at least one
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

  /** What B · A is multiplied by. */
  public double scale() {
    return alpha / (rankStabilised ? Math.sqrt(rank) : rank);
  }

  /** The same with other factors. */
  public LowRankAdapter with(Map<String, LowRankFactors> others) {
    return new LowRankAdapter(rank, alpha, rankStabilised, others);
  }
}
