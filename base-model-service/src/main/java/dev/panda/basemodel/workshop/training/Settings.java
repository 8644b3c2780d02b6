package dev.panda.basemodel.workshop.training;

/**
 * Settings of a training.
 *
 * @param batchSize answers in an update
 * @param learningRate peak of the learning rate
 * @param warmUp updates until the peak
 * @param decay weight decay of matrices
 * @param clip largest norm of the gradient
 * @param seed for initial weights, held-out answers and the order of batches
 */
public record Settings(
    int batchSize,
    double learningRate,
    long warmUp,
    double decay,
    double clip,
    long seed,
    Budget budget) {

  public Settings {
    require(batchSize, "batch", batchSize >= 1, ">= 1");
    require(learningRate, "learning rate", learningRate > 0 && learningRate < 1, "0 to 1");
    require(warmUp, "warm-up", warmUp >= 1, ">= 1");
    require(decay, "decay", decay >= 0 && decay <= 1, "0 to 1");
    require(clip, "clip", clip > 0 && Double.isFinite(clip), "above 0");
    if (budget instanceof Budget.Updates updates) {
      require(
          updates.number(),
          "updates",
          updates.number() > warmUp,
          "more than the warm-up, " + warmUp);
    }
    if (budget instanceof Budget.Passes passes) {
      require(
          passes.number(),
          "passes",
          passes.number() > 0 && Double.isFinite(passes.number()),
          "above 0");
    }
    if (budget instanceof Budget.Time time) {
      require(time.length().toSeconds(), "seconds", time.length().toSeconds() >= 1, ">= 1");
    }
  }

  private static void require(Number value, String name, boolean holds, String expected) {
    if (!holds) {
      throw new IllegalArgumentException(name + ": " + value + " (expected: " + expected + ")");
    }
  }
}
