package dev.panda.transformer.testing;

import dev.panda.transformer.checkpoint.Checkpoint;
import dev.panda.transformer.checkpoint.Checkpoints;
import dev.panda.transformer.decoder.Numerics;
import dev.panda.transformer.decoder.Projection;
import dev.panda.transformer.engine.Engine;
import dev.panda.transformer.engine.EngineOptions;
import dev.panda.transformer.reward.Clip;
import dev.panda.transformer.reward.Pooling;
import dev.panda.transformer.reward.RewardModel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Rewards in plain loops over the hidden states of whole passes, with no cache, no candidates and
 * no running sums: what the service's must equal.
 */
public final class PlainRewards implements AutoCloseable {
  private final Engine engine;

  /**
   * Loads a backbone of its own.
   *
   * @param backbone folder of its checkpoint
   */
  public PlainRewards(Path backbone) {
    try (Checkpoint checkpoint = Checkpoints.open(backbone)) {
      int layers = checkpoint.config().numHiddenLayers();
      float[] nothing = new float[checkpoint.config().hiddenSize()];
      engine =
          Engine.load(
              checkpoint,
              new EngineOptions(
                  Numerics.FLOAT32,
                  "cpu",
                  1,
                  false,
                  List.of(new Projection(layers, nothing)),
                  checkpoint.config().maxPositionEmbeddings(),
                  1,
                  Duration.ZERO));
    }
  }

  /** The terms of a response's tokens, each w · h + b, clipped where the preference clips. */
  public double[] terms(RewardModel model, int[] prompt, int[] response) {
    if (response.length == 0) {
      return new double[0];
    }
    int[] tokens = IntStream.concat(IntStream.of(prompt), IntStream.of(response)).toArray();
    int[] ends = IntStream.rangeClosed(prompt.length + 1, tokens.length).toArray();
    int[] layer = {model.card().readout().layer()};
    float[] states = engine.pool(tokens, 0, ends, layer).join();
    float[] weight = model.head().weight();
    double[] terms = new double[response.length];
    for (int i = 0; i < terms.length; i++) {
      double term = model.head().bias();
      for (int d = 0; d < weight.length; d++) {
        // [end × (last, mean) × dimension]
        term += (double) weight[d] * states[2 * i * weight.length + d];
      }
      terms[i] = clip(model, term);
    }
    return terms;
  }

  private static double clip(RewardModel model, double term) {
    if (model.card().readout().clip().isEmpty()) {
      return term;
    }
    Clip clip = model.card().readout().clip().get();
    if (term < clip.low()) {
      return clip.low();
    }
    return term > clip.high() ? clip.high() : term;
  }

  /** The sum of a response's terms; 0 where only the last counts. */
  public double runningSum(RewardModel model, int[] prompt, int[] response) {
    if (model.card().readout().pooling() == Pooling.LAST) {
      return 0;
    }
    double sum = 0;
    for (double term : terms(model, prompt, response)) {
      sum += term;
    }
    return sum;
  }

  /** The raw reward of a response of at least one token. */
  public double raw(RewardModel model, int[] prompt, int[] response) {
    double[] terms = terms(model, prompt, response);
    return model.card().readout().pooling() == Pooling.MEAN
        ? runningSum(model, prompt, response) / terms.length
        : terms[terms.length - 1];
  }

  /** (raw − mean) / standard deviation. */
  public double normalised(RewardModel model, int[] prompt, int[] response) {
    return (raw(model, prompt, response) - model.card().calibration().mean())
        / model.card().calibration().standardDeviation();
  }

  @Override
  public void close() {
    engine.close();
  }
}
