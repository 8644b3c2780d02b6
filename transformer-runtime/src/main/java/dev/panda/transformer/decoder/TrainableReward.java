package dev.panda.transformer.decoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.IValue;
import ai.djl.training.GradientCollector;
import dev.panda.transformer.checkpoint.Checkpoint;
import dev.panda.transformer.checkpoint.ModelConfig;
import dev.panda.transformer.checkpoint.ModelTensors;
import dev.panda.transformer.checkpoint.ScalarType;
import dev.panda.transformer.checkpoint.TensorData;
import dev.panda.transformer.checkpoint.adapter.LowRankAdapter;
import dev.panda.transformer.checkpoint.adapter.LowRankFactors;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * A reward model whose decoder is trained together with its linear head (paper, Eq. 4), by AdamW in
 * float32. Training changes either low-rank adapters on frozen weights, or all weights up to the
 * layer that the head reads. It uses the same forward pass as {@link Decoder}. One thread at a time
 * may use it; the caller closes it.
 */
public final class TrainableReward implements AutoCloseable {
  private final ModelConfig config;
  private final Readout readout;
  private final Optional<LowRankAdapter> adapter;
  private final DecoderModule module;
  private final LearnedWeights learned;
  private final List<PtNDArray> weights = new ArrayList<>();
  private final List<PtNDArray> factors = new ArrayList<>();
  private final DecoderModule.Head head;

  /**
   * The read-out from the decoder: a token's term is w · h, with w = head · scale.
   *
   * @param layer the block after which hidden states are read, from 1
   * @param head initial head [W]
   * @param scale reciprocal of each dimension's spread, so that all dimensions of the head learn at
   *     the same rate [W]
   */
  public record Readout(int layer, float[] head, float[] scale) {}

  private TrainableReward(
      ModelConfig config, Readout readout, Optional<LowRankAdapter> adapter, DecoderModule module) {
    this.config = config;
    this.readout = readout;
    this.adapter = adapter;
    this.module = module;
    this.learned = new LearnedWeights(module);
    this.head =
        new DecoderModule.Head(
            learned.add(readout.head(), readout.head().length),
            module.copy(readout.scale(), readout.scale().length));
  }

  /**
   * Loads the weights of a checkpoint up to a layer; the caller may close the checkpoint
   * afterwards.
   *
   * @param adapter the adapter to train with the head; without one, all weights are trained
   * @param device {@code cpu}, {@code cuda}, or {@code cuda:1} and so on
   * @param threads number of CPU threads of one operation
   * @throws dev.panda.transformer.checkpoint.CheckpointException if a tensor is missing, has
   *     another shape than the configuration implies, or is not finite
   * @throws IllegalArgumentException if the read-out does not fit the model, or the model not the
   *     machine
   */
  public static TrainableReward load(
      Checkpoint checkpoint,
      Optional<LowRankAdapter> adapter,
      Readout readout,
      String device,
      int threads) {
    ModelConfig config = checkpoint.config();
    if (readout.layer() < 1 || readout.layer() > config.numHiddenLayers()) {
      throw new IllegalArgumentException(
          "layer: %d (expected: 1 to %d)".formatted(readout.layer(), config.numHiddenLayers()));
    }
    if (readout.head().length != config.hiddenSize()
        || readout.scale().length != config.hiddenSize()) {
      throw new IllegalArgumentException(
          "head: %d weights, scale of %d (expected: %d, the model's hidden size)"
              .formatted(readout.head().length, readout.scale().length, config.hiddenSize()));
    }
    DecoderOptions options =
        new DecoderOptions(
            Numerics.FLOAT32, device, threads, false, List.of(), config.maxPositionEmbeddings());
    if (!Devices.parse(device).isGpu()) {
      MemoryNeed.requireFitsTraining(config, readout.layer(), false, adapter.isEmpty());
    }
    DecoderModule module = DecoderModule.create(config, readout.layer(), options);
    try {
      module.bindLayers(config, config.maxPositionEmbeddings());
      TrainableReward reward = new TrainableReward(config, readout, adapter, module);
      new CheckpointWeights(checkpoint).giveTo(reward.new Taken(), readout.layer(), false);
      adapter.ifPresent(reward::takeFactors);
      reward.rehearse();
      return reward;
    } catch (RuntimeException e) {
      module.close();
      throw e;
    }
  }

  /** Keeps the weights: frozen with an adapter, trainable without one. */
  private final class Taken implements WeightSink {

    @Override
    public void embedding(WeightMatrix matrix) {
      linear(matrix);
    }

    @Override
    public void linear(WeightMatrix matrix) {
      PtNDArray weight = module.matrix(matrix);
      weights.add(adapter.isEmpty() ? learned.add(weight) : weight);
    }

    @Override
    public void vector(float[] values) {
      boolean learns = adapter.isEmpty() && values.length > 0;
      weights.add(learns ? learned.add(values, values.length) : module.copy(values, values.length));
    }
  }

  private void takeFactors(LowRankAdapter from) {
    module.run("scale_low_rank", IValue.from(from.scale()));
    for (LayerFactors.Place place : LayerFactors.places(config, readout.layer())) {
      LowRankFactors given = from.factors().get(place.weight());
      if (given == null) {
        factors.add(module.copy(new float[0], 0, place.inputs()));
        factors.add(module.copy(new float[0], place.outputs(), 0));
      } else {
        factors.add(learned.add(given.a(), given.rank(), place.inputs()));
        factors.add(learned.add(place.ordered(given.b()), place.outputs(), given.rank()));
      }
    }
  }

  /** As in {@link TrainableDecoder}: later runs round differently from the first. */
  private void rehearse() {
    PreferenceBatch batch = new PreferenceBatch(new long[2][1], new float[2][1][1]);
    try (PtNDManager scope = module.scope();
        GradientCollector collector = learned.collect(scope)) {
      loss(scope, batch);
      collector.zeroGradients();
    }
  }

  /**
   * Performs one update from the gradients of all batches together, with one batch at a time in
   * memory.
   *
   * @param batches at least one
   * @param update number of this update, from 1
   * @return mean of −log σ(margin) over pairs and ends, in nats, before the update
   * @throws DivergenceException if the loss or the gradient is not finite; the weights stay
   *     unchanged
   */
  public double learn(List<PreferenceBatch> batches, int update, UpdateStep step) {
    try (PtNDManager scope = module.scope();
        GradientCollector collector = learned.collect(scope)) {
      collector.zeroGradients();
      double loss = accumulate(batches, collector);
      LearnedWeights.requireFinite("loss", loss, update);
      learned.update(scope, update, step);
      return loss;
    }
  }

  private double accumulate(List<PreferenceBatch> batches, GradientCollector collector) {
    int pairs = batches.stream().mapToInt(PreferenceBatch::pairs).sum();
    double sum = 0;
    for (PreferenceBatch batch : batches) {
      try (PtNDManager scope = module.scope()) {
        NDArray share = loss(scope, batch).mul((float) batch.pairs() / pairs);
        collector.backward(share);
        sum += share.getFloat();
      }
    }
    return sum;
  }

  private NDArray loss(PtNDManager scope, PreferenceBatch batch) {
    return module.loss(
        ids(scope, batch), shares(scope, batch), head, weights, factors(scope), true);
  }

  /** Reward of chosen minus rejected, for each pair and end [P × E]; the weights stay unchanged. */
  public float[][] margins(PreferenceBatch batch) {
    try (PtNDManager scope = module.scope()) {
      float[] flat =
          module
              .call(
                  "margins",
                  scope,
                  IValue.from(ids(scope, batch)),
                  IValue.from(shares(scope, batch)),
                  IValue.from(head.learned()),
                  IValue.from(head.scale()),
                  IValue.listFrom(weights.toArray(PtNDArray[]::new)),
                  IValue.listFrom(factors(scope).toArray(PtNDArray[]::new)))
              .toFloatArray();
      float[][] margins = new float[batch.pairs()][batch.ends()];
      for (int pair = 0; pair < margins.length; pair++) {
        System.arraycopy(flat, pair * batch.ends(), margins[pair], 0, batch.ends());
      }
      return margins;
    }
  }

  private PtNDArray ids(PtNDManager scope, PreferenceBatch batch) {
    return TokenIds.matrix(scope, config, batch.ids(), 0);
  }

  private static PtNDArray shares(PtNDManager scope, PreferenceBatch batch) {
    int columns = batch.ids()[0].length;
    float[] flat = new float[batch.ids().length * batch.ends() * columns];
    int offset = 0;
    for (float[][] response : batch.shares()) {
      for (float[] end : response) {
        System.arraycopy(end, 0, flat, offset, columns);
        offset += columns;
      }
    }
    return (PtNDArray) scope.create(flat, new Shape(batch.ids().length, batch.ends(), columns));
  }

  private List<PtNDArray> factors(PtNDManager scope) {
    return adapter.isPresent() ? factors : List.of(module.tensor(scope, new float[0], 0));
  }

  /** The current head, per spread of each dimension [W]. */
  public float[] head() {
    return head.learned().toFloatArray();
  }

  /** The current adapter; empty if all weights are trained. */
  public Optional<LowRankAdapter> adapter() {
    return adapter.map(
        first -> {
          Map<String, LowRankFactors> now = new LinkedHashMap<>();
          List<LayerFactors.Place> places = LayerFactors.places(config, readout.layer());
          for (int i = 0; i < places.size(); i++) {
            LayerFactors.Place place = places.get(i);
            if (first.factors().containsKey(place.weight())) {
              now.put(
                  place.weight(),
                  new LowRankFactors(
                      first.rank(),
                      factors.get(2 * i).toFloatArray(),
                      place.asInCheckpoint(factors.get(2 * i + 1).toFloatArray())));
            }
          }
          return first.with(now);
        });
  }

  /** The current weights under their Hugging Face names, up to the layer that the head reads. */
  public Map<String, TensorData> tensors() {
    WeightExport export = new WeightExport(config, index -> weights.get(index).toFloatArray());
    Map<String, TensorData> tensors = new LinkedHashMap<>();
    ModelTensors.shapes(config, readout.layer())
        .forEach(
            (name, shape) ->
                tensors.put(name, new TensorData(ScalarType.F32, shape, export.read(name))));
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

  /**
   * Gradients of the batches' loss: of the head, then of all other trained weights, in internal
   * order.
   */
  List<float[]> gradients(List<PreferenceBatch> batches) {
    try (PtNDManager scope = module.scope();
        GradientCollector collector = learned.collect(scope)) {
      collector.zeroGradients();
      accumulate(batches, collector);
      return learned.gradients(scope);
    }
  }

  /** Number of trained weights, including the head's. */
  public long size() {
    return learned.size();
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
