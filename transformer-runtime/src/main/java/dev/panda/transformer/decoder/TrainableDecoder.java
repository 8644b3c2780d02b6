package dev.panda.transformer.decoder;

import ai.djl.engine.Engine;
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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * A decoder whose weights learn: supervised fine-tuning (paper, Eq. 1) by AdamW in float32. It
 * shares the forward pass with {@link Decoder}. One thread at a time may use it; the caller closes
 * it.
 */
public final class TrainableDecoder implements AutoCloseable {
  /** The target of a token that is not learned: prompts, padding. */
  public static final long NO_TARGET = -100;

  private static final String MEAN = "mean.";
  private static final String SQUARE = "square.";

  private final ModelConfig config;
  private final DecoderModule module;
  private final List<PtNDArray> weights = new ArrayList<>();
  private final List<PtNDArray> means = new ArrayList<>();
  private final List<PtNDArray> squares = new ArrayList<>();

  private TrainableDecoder(ModelConfig config, DecoderModule module) {
    this.config = config;
    this.module = module;
  }

  /**
   * Takes the weights of a checkpoint, {@link InitialWeights} to begin from scratch; the checkpoint
   * can be closed after.
   *
   * @throws dev.panda.transformer.checkpoint.CheckpointException if a tensor is missing, of another
   *     shape than the configuration implies, or not finite
   * @param device {@code cpu}, {@code cuda}, or {@code cuda:1} and so on
   * @param threads number of CPU threads of one operation
   */
  public static TrainableDecoder load(Checkpoint checkpoint, String device, int threads) {
    ModelConfig config = checkpoint.config();
    DecoderOptions options =
        new DecoderOptions(
            Numerics.FLOAT32, device, threads, true, List.of(), config.maxPositionEmbeddings());
    DecoderModule module = DecoderModule.create(config, config.numHiddenLayers(), options);
    TrainableDecoder decoder = new TrainableDecoder(config, module);
    try {
      module.bindRotations(config, config.maxPositionEmbeddings());
      new CheckpointWeights(checkpoint)
          .giveTo(decoder.new Trained(), config.numHiddenLayers(), true);
      decoder.rehearse();
      return decoder;
    } catch (RuntimeException e) {
      decoder.close();
      throw e;
    }
  }

  /**
   * Keeps what is learned; biases that the model lacks and a tied head have no weight of their own.
   */
  private final class Trained implements WeightSink {
    @Override
    public void vector(float[] values) {
      add(values, values.length);
    }

    @Override
    public void embedding(float[] values, int rows, int columns) {
      add(values, rows, columns);
    }

    @Override
    public void linear(float[] values, int rows, int columns) {
      add(values, rows, columns);
    }

    @Override
    public void head(float[] values, int rows, int columns, boolean tied) {
      if (!tied) {
        add(values, rows, columns);
      }
    }

    private void add(float[] values, int... shape) {
      PtNDArray weight = copy(values, shape);
      if (values.length > 0) {
        weight.setRequiresGradient(true);
      }
      weights.add(weight);
      means.add((PtNDArray) weight.zerosLike());
      squares.add((PtNDArray) weight.zerosLike());
    }
  }

  /**
   * TorchScript watches its first run and differentiates the later ones itself, which rounds
   * otherwise. A run of no consequence makes all updates later ones, so that a resumed training is
   * the uninterrupted one.
   */
  private void rehearse() {
    long[][] token = {{0}};
    try (PtNDManager scope = module.scope();
        GradientCollector collector = Engine.getEngine("PyTorch").newGradientCollector()) {
      loss(scope, token, token, true);
      collector.zeroGradients();
    }
  }

  /**
   * PyTorch's own memory: aligned alike at every start, as what Java gives is not. Products round
   * otherwise where alignment differs, and a resumed training must be the uninterrupted one.
   */
  private PtNDArray copy(float[] values, int... shape) {
    try (PtNDManager scope = module.scope()) {
      PtNDArray copy = (PtNDArray) module.tensor(scope, values, shape).duplicate();
      copy.attach(module.manager());
      return copy;
    }
  }

  public ModelConfig config() {
    return config;
  }

  /**
   * Learns from one batch.
   *
   * @param ids token ids [B, T], right-padded with any id
   * @param targets the token that each one should be followed by, or {@link #NO_TARGET} [B, T]
   * @param update number of this update, from 1
   * @param rate learning rate
   * @param decay weight decay of matrices
   * @param clip largest norm of the gradient
   * @return mean negative log-likelihood of the targets, in nats, before the update
   * @throws DivergenceException if the loss or the gradient is not finite; the weights are then as
   *     they were
   */
  public double learn(
      long[][] ids, long[][] targets, int update, double rate, double decay, double clip) {
    try (PtNDManager scope = module.scope()) {
      float loss;
      try (GradientCollector collector = Engine.getEngine("PyTorch").newGradientCollector()) {
        collector.zeroGradients();
        NDArray mean = loss(scope, ids, targets, true);
        collector.backward(mean);
        loss = mean.getFloat();
      }
      requireFinite("loss", loss, update);
      List<PtNDArray> learned = withElements(weights);
      PtNDArray[] gradients =
          learned.stream()
              .map(
                  weight -> {
                    PtNDArray gradient = weight.getGradient();
                    gradient.attach(scope);
                    return gradient;
                  })
              .toArray(PtNDArray[]::new);
      double norm =
          module.callForNumber(
              "adamw",
              IValue.listFrom(learned.toArray(PtNDArray[]::new)),
              IValue.listFrom(gradients),
              IValue.listFrom(withElements(means).toArray(PtNDArray[]::new)),
              IValue.listFrom(withElements(squares).toArray(PtNDArray[]::new)),
              IValue.from((long) update),
              IValue.from(rate),
              IValue.from(decay),
              IValue.from(clip));
      requireFinite("norm of the gradient", norm, update);
      return loss;
    }
  }

  private static void requireFinite(String name, double value, int update) {
    if (!Double.isFinite(value)) {
      throw new DivergenceException(name, value, update);
    }
  }

  /** Mean negative log-likelihood of a batch's targets, in nats; nothing is learned. */
  public double evaluate(long[][] ids, long[][] targets) {
    try (PtNDManager scope = module.scope()) {
      return loss(scope, ids, targets, false).getFloat();
    }
  }

  private static List<PtNDArray> withElements(List<PtNDArray> arrays) {
    return arrays.stream().filter(array -> array.size() > 0).toList();
  }

  private NDArray loss(PtNDManager scope, long[][] ids, long[][] targets, boolean training) {
    List<PtNDArray> all = new ArrayList<>(weights);
    if (config.tieWordEmbeddings()) {
      all.add(weights.get(0));
    }
    return module.loss(matrix(scope, ids, false), matrix(scope, targets, true), all, training);
  }

  private PtNDArray matrix(PtNDManager scope, long[][] rows, boolean targets) {
    int columns = rows[0].length;
    for (long[] row : rows) {
      if (row.length != columns || columns > config.maxPositionEmbeddings()) {
        throw new IllegalArgumentException(
            "tokens: %d (expected: %d in each row, at most %d)"
                .formatted(row.length, columns, config.maxPositionEmbeddings()));
      }
      for (long id : row) {
        boolean known = (id >= 0 && id < config.vocabSize()) || (targets && id == NO_TARGET);
        if (!known) {
          throw new IllegalArgumentException(
              "token id: %d (expected: 0 to %d)".formatted(id, config.vocabSize() - 1));
        }
      }
    }
    long[] flat = Arrays.stream(rows).flatMapToLong(Arrays::stream).toArray();
    return (PtNDArray) scope.create(flat, new Shape(rows.length, columns));
  }

  /** The weights under their Hugging Face names, as a checkpoint holds them. */
  public Map<String, TensorData> tensors(ScalarType type) {
    Map<String, TensorData> tensors = new LinkedHashMap<>();
    WeightExport export = new WeightExport(config, index -> weights.get(index).toFloatArray());
    Map<String, List<Integer>> shapes = ModelTensors.shapes(config);
    shapes.forEach(
        (name, shape) -> tensors.put(name, new TensorData(type, shape, export.read(name))));
    return tensors;
  }

  /** The optimiser's moments, to be kept beside the weights, so that training can be resumed. */
  public Map<String, TensorData> moments() {
    Map<String, TensorData> tensors = new LinkedHashMap<>();
    for (int i = 0; i < weights.size(); i++) {
      List<Integer> shape = List.of((int) weights.get(i).size());
      tensors.put(MEAN + i, new TensorData(ScalarType.F32, shape, means.get(i).toFloatArray()));
      tensors.put(SQUARE + i, new TensorData(ScalarType.F32, shape, squares.get(i).toFloatArray()));
    }
    return tensors;
  }

  /**
   * Takes back what {@link #moments} gave.
   *
   * @param read reads a tensor by its name
   */
  public void restoreMoments(Function<String, float[]> read) {
    for (int i = 0; i < weights.size(); i++) {
      restore(means.get(i), read.apply(MEAN + i));
      restore(squares.get(i), read.apply(SQUARE + i));
    }
  }

  private static void restore(PtNDArray array, float[] values) {
    if (values.length != array.size()) {
      throw new IllegalArgumentException(
          "moments: %d elements (expected: %d)".formatted(values.length, array.size()));
    }
    if (values.length > 0) {
      array.set(values);
    }
  }

  @Override
  public void close() {
    module.close();
  }
}
