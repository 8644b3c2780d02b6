package dev.panda.transformer.decoder;

import ai.djl.ndarray.NDArray;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.training.GradientCollector;
import dev.panda.transformer.checkpoint.Checkpoint;
import dev.panda.transformer.checkpoint.ModelConfig;
import dev.panda.transformer.checkpoint.ModelTensors;
import dev.panda.transformer.checkpoint.ScalarType;
import dev.panda.transformer.checkpoint.TensorData;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * A decoder with trainable weights: supervised fine-tuning (paper, Eq. 1) by AdamW in float32. It
 * uses the same forward pass as {@link Decoder}. One thread at a time may use it; the caller closes
 * it.
 */
public final class TrainableDecoder implements AutoCloseable {
  /** The target of tokens that training ignores: prompts and padding. */
  public static final long NO_TARGET = -100;

  private final ModelConfig config;
  private final DecoderModule module;
  private final List<PtNDArray> weights = new ArrayList<>();
  private final LearnedWeights learned;

  private TrainableDecoder(ModelConfig config, DecoderModule module) {
    this.config = config;
    this.module = module;
    this.learned = new LearnedWeights(module);
  }

  /**
   * Loads the weights of a checkpoint; to train from scratch, pass {@link InitialWeights}. The
   * caller may close the checkpoint afterwards.
   *
   * @throws dev.panda.transformer.checkpoint.CheckpointException if a tensor is missing, has
   *     another shape than the configuration implies, or is not finite
   * @throws IllegalArgumentException if the machine's memory is too small
   * @param device {@code cpu}, {@code cuda}, or {@code cuda:1} and so on
   * @param threads number of CPU threads of one operation
   */
  public static TrainableDecoder load(Checkpoint checkpoint, String device, int threads) {
    ModelConfig config = checkpoint.config();
    DecoderOptions options =
        new DecoderOptions(
            Numerics.FLOAT32, device, threads, true, List.of(), config.maxPositionEmbeddings());
    if (!Devices.parse(device).isGpu()) {
      MemoryNeed.requireFitsTraining(config, config.numHiddenLayers(), true, true);
    }
    DecoderModule module = DecoderModule.create(config, config.numHiddenLayers(), options);
    TrainableDecoder decoder = new TrainableDecoder(config, module);
    try {
      module.bindLayers(config, config.maxPositionEmbeddings());
      new CheckpointWeights(checkpoint)
          .giveTo(decoder.new Trained(), config.numHiddenLayers(), true);
      decoder.rehearse();
      return decoder;
    } catch (RuntimeException e) {
      decoder.close();
      throw e;
    }
  }

  /** Keeps the weights to train; missing biases and a tied head have no weight of their own. */
  private final class Trained implements WeightSink {

    @Override
    public void embedding(WeightMatrix matrix) {
      linear(matrix);
    }

    @Override
    public void linear(WeightMatrix matrix) {
      weights.add(learned.add(module.matrix(matrix)));
    }

    @Override
    public void head(WeightMatrix matrix, boolean tied) {
      if (!tied) {
        linear(matrix);
      }
    }

    @Override
    public void vector(float[] values) {
      weights.add(values.length > 0 ? learned.add(values, values.length) : module.copy(values, 0));
    }
  }

  /**
   * Runs the loss once and discards the result. TorchScript profiles its first run and
   * differentiates later runs itself, which rounds differently. After this rehearsal every update
   * is a later run, so resumed training equals uninterrupted training.
   */
  private void rehearse() {
    long[][] token = {{0}};
    try (PtNDManager scope = module.scope();
        GradientCollector collector = learned.collect(scope)) {
      loss(scope, token, token, true);
      collector.zeroGradients();
    }
  }

  public ModelConfig config() {
    return config;
  }

  /**
   * Learns from one batch.
   *
   * @param ids token ids [B, T], right-padded with any id
   * @param targets the token that should follow each token, or {@link #NO_TARGET} [B, T]
   * @param update number of this update, from 1
   * @param step size of the update
   * @return mean negative log-likelihood of the targets, in nats, before the update
   * @throws DivergenceException if the loss or the gradient is not finite; the weights stay
   *     unchanged
   */
  public double learn(long[][] ids, long[][] targets, int update, UpdateStep step) {
    try (PtNDManager scope = module.scope()) {
      float loss;
      try (GradientCollector collector = learned.collect(scope)) {
        collector.zeroGradients();
        NDArray mean = loss(scope, ids, targets, true);
        collector.backward(mean);
        loss = mean.getFloat();
      }
      LearnedWeights.requireFinite("loss", loss, update);
      learned.update(scope, update, step);
      return loss;
    }
  }

  /** Mean negative log-likelihood of a batch's targets, in nats; the weights stay unchanged. */
  public double evaluate(long[][] ids, long[][] targets) {
    try (PtNDManager scope = module.scope()) {
      return loss(scope, ids, targets, false).getFloat();
    }
  }

  private NDArray loss(PtNDManager scope, long[][] ids, long[][] targets, boolean training) {
    List<PtNDArray> all = new ArrayList<>(weights);
    if (config.tieWordEmbeddings()) {
      all.add(weights.get(0));
    }
    PtNDArray none = module.tensor(scope, new float[0], 0);
    return module.loss(
        TokenIds.matrix(scope, config, ids, 0),
        TokenIds.matrix(scope, config, targets, NO_TARGET),
        new DecoderModule.Head(none, none),
        all,
        List.of(module.tensor(scope, new float[0], 0)),
        training);
  }

  /** The weights under their Hugging Face names, in the checkpoint's layout. */
  public Map<String, TensorData> tensors(ScalarType type) {
    Map<String, TensorData> tensors = new LinkedHashMap<>();
    WeightExport export = new WeightExport(config, index -> weights.get(index).toFloatArray());
    Map<String, List<Integer>> shapes = ModelTensors.shapes(config);
    shapes.forEach(
        (name, shape) -> tensors.put(name, new TensorData(type, shape, export.read(name))));
    return tensors;
  }

  /** The optimiser's moments; save them with the weights so that training can be resumed. */
  public Map<String, TensorData> moments() {
    return learned.moments();
  }

  /**
   * Restores the moments that {@link #moments} returned.
   *
   * @param read reads a tensor by its name
   */
  public void restoreMoments(Function<String, float[]> read) {
    learned.restoreMoments(read);
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
