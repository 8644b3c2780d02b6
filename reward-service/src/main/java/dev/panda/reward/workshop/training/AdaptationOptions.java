package dev.panda.reward.workshop.training;

import dev.panda.transformer.checkpoint.adapter.LinearLayer;
import dev.panda.transformer.reward.TrainingMethod;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * How to train a backbone together with its head.
 *
 * @param method other than {@link TrainingMethod#HEAD}
 * @param lowRank options of the adapters; unused if all weights are trained
 * @param work folder for the state and the files of an unfinished training
 */
public record AdaptationOptions(
    TrainingMethod method, LowRank lowRank, Learning learning, Duration saveEvery, Path work) {

  /** The folder in which the reward model is assembled. */
  public Path model() {
    return work.resolve("model");
  }

  /**
   * Low-rank adapters.
   *
   * @param layers the linear layers of a block with adapters, at least one
   */
  public record LowRank(int rank, double alpha, List<LinearLayer> layers) {
    public LowRank {
      layers = layers.stream().distinct().sorted().toList();
    }

    /** The settings by the names of their options. */
    Map<String, String> settings() {
      Map<String, String> settings = new LinkedHashMap<>();
      settings.put("rank", String.valueOf(rank));
      settings.put("alpha", String.valueOf(alpha));
      settings.put("targets", layers.toString().toLowerCase(Locale.ROOT));
      return settings;
    }
  }

  /**
   * Options of the training loop.
   *
   * @param batch pairs in an update
   * @param microBatch pairs in memory at once
   * @param epochs largest number of passes over the pairs
   * @param learningRate peak of the learning rate
   * @param warmUp share of the updates before the peak
   * @param decay weight decay of matrices
   * @param clip largest norm of the gradient
   * @param patience number of measurements without improvement after which training ends
   */
  public record Learning(
      int batch,
      int microBatch,
      int epochs,
      double learningRate,
      double warmUp,
      double decay,
      double clip,
      int patience) {
    public Learning {
      require("batch", batch, batch >= 1, "at least 1");
      require("micro-batch", microBatch, microBatch >= 1, "at least 1");
      require("epochs", epochs, epochs >= 1, "at least 1");
      require(
          "learning-rate", learningRate, learningRate > 0 && learningRate < 1, "above 0, below 1");
      require("warm-up", warmUp, warmUp >= 0 && warmUp < 1, "0 to below 1");
      require("decay", decay, decay >= 0 && decay <= 1, "0 to 1");
      require("clip", clip, clip > 0 && Double.isFinite(clip), "above 0");
      require("patience", patience, patience >= 1, "at least 1");
    }

    /** The settings by the names of their options. */
    Map<String, String> settings() {
      Map<String, String> settings = new LinkedHashMap<>();
      settings.put("batch", String.valueOf(batch));
      settings.put("micro-batch", String.valueOf(microBatch));
      settings.put("epochs", String.valueOf(epochs));
      settings.put("learning-rate", String.valueOf(learningRate));
      settings.put("warm-up", String.valueOf(warmUp));
      settings.put("decay", String.valueOf(decay));
      settings.put("clip", String.valueOf(clip));
      settings.put("patience", String.valueOf(patience));
      return settings;
    }

    private static void require(String name, Number value, boolean holds, String expected) {
      if (!holds) {
        throw new IllegalArgumentException(
            "--%s: %s (expected: %s)".formatted(name, value, expected));
      }
    }
  }
}
