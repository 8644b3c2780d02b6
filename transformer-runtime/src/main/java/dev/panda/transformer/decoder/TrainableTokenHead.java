package dev.panda.transformer.decoder;

import ai.djl.ndarray.NDArray;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.training.GradientCollector;
import dev.panda.transformer.checkpoint.ModelConfig;
import java.util.List;
import java.util.Random;

/**
 * A bilinear form that learns, by AdamW in float32, to estimate a number for every token e that may
 * follow a state h: A h · B e + u · h + v · e + c. One thread at a time may use it; the caller
 * closes it.
 */
public final class TrainableTokenHead implements AutoCloseable {
  private final DecoderModule module;
  private final LearnedWeights learned;
  private final PtNDArray a;
  private final PtNDArray b;
  private final PtNDArray u;
  private final PtNDArray v;
  private final PtNDArray c;

  /**
   * The parameters of the form.
   *
   * @param a [R × D], flattened
   * @param b [R × D], flattened
   * @param u [D]
   * @param v [D]
   */
  public record Parts(float[] a, float[] b, float[] u, float[] v, float c) {}

  /**
   * Creates a form that is nearly zero everywhere.
   *
   * @param config of the model that supplies states and embeddings
   * @param rank R
   * @param seed for the initial weights
   * @param device {@code cpu}, {@code cuda}, or {@code cuda:1} and so on
   * @param threads number of CPU threads of one operation
   */
  public TrainableTokenHead(ModelConfig config, int rank, long seed, String device, int threads) {
    int size = config.hiddenSize();
    module =
        DecoderModule.create(
            config, 1, new DecoderOptions(Numerics.FLOAT32, device, threads, false, List.of(), 1));
    learned = new LearnedWeights(module);
    Random random = new Random(seed);
    a = learned.add(normal(random, rank * size, 1 / Math.sqrt(size)), rank, size);
    b = learned.add(normal(random, rank * size, 1e-3), rank, size);
    u = learned.add(new float[size], 1, size);
    v = learned.add(new float[size], 1, size);
    c = learned.add(new float[1], 1);
  }

  private static float[] normal(Random random, int count, double deviation) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (random.nextGaussian() * deviation);
    }
    return values;
  }

  /**
   * * Performs one update.
   *
   * @param update number of the update, from 1
   * @return mean squared error before the update
   * @throws DivergenceException if the loss or the gradient is not finite; the weights stay
   *     unchanged
   */
  public double learn(TokenHeadBatch batch, int update, UpdateStep step) {
    try (PtNDManager scope = module.scope();
        GradientCollector collector = learned.collect(scope)) {
      collector.zeroGradients();
      NDArray loss = loss(scope, batch);
      collector.backward(loss);
      double value = loss.getFloat();
      LearnedWeights.requireFinite("loss", value, update);
      learned.update(scope, update, step);
      return value;
    }
  }

  private NDArray loss(PtNDManager scope, TokenHeadBatch batch) {
    NDArray h = scope.create(batch.states());
    NDArray e = scope.create(batch.embeddings());
    NDArray bilinear = h.matMul(a.transpose()).mul(e.matMul(b.transpose())).sum(new int[] {1});
    NDArray linear = h.matMul(u.transpose()).add(e.matMul(v.transpose())).squeeze(1);
    return bilinear.add(linear).add(c).sub(scope.create(batch.targets())).square().mean();
  }

  /** The current parameters. */
  public Parts parts() {
    return new Parts(
        a.toFloatArray(),
        b.toFloatArray(),
        u.toFloatArray(),
        v.toFloatArray(),
        c.toFloatArray()[0]);
  }

  /** Number of live native arrays. */
  int liveArrays() {
    return module.liveArrays();
  }

  @Override
  public void close() {
    module.close();
  }
}
