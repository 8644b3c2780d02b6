package dev.panda.transformer.decoder;

import ai.djl.ndarray.NDArray;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.IValue;
import dev.panda.transformer.checkpoint.Checkpoint;
import dev.panda.transformer.checkpoint.ModelConfig;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;

/**
 * A decoder in native memory, and its forward passes.
 *
 * <p>This class checks shapes and token ids, because bad ones would make native code end the
 * process.
 */
public final class Decoder implements ForwardPasses {
  private final ModelConfig config;
  private final DecoderModule module;
  private final DecoderOptions options;
  private final int layers;
  private final int[] projectionOrder;
  private final CachePool caches;

  private Decoder(
      ModelConfig config,
      DecoderOptions options,
      DecoderModule module,
      int layers,
      int[] projectionOrder) {
    this.config = config;
    this.options = options;
    this.module = module;
    this.layers = layers;
    this.projectionOrder = projectionOrder;
    boolean peeks = options.languageModelHead() && !options.projections().isEmpty();
    this.caches =
        new CachePool(
            module, options.cacheTokens(), peeks ? config.hiddenSize() : 0, activationType());
  }

  /**
   * Loads a checkpoint's weights; the caller may close the checkpoint afterwards.
   *
   * @throws dev.panda.transformer.checkpoint.CheckpointException if a tensor is missing, has
   *     another shape than the configuration implies, or is not finite
   * @throws IllegalArgumentException if an option does not fit the model or the machine
   */
  public static Decoder load(Checkpoint checkpoint, DecoderOptions options) {
    return load(checkpoint, options, Level.INFO);
  }

  /** Loads a checkpoint's weights as {@link #load} does, but does not say so in the log. */
  static Decoder loadQuietly(Checkpoint checkpoint, DecoderOptions options) {
    return load(checkpoint, options, Level.DEBUG);
  }

  private static Decoder load(Checkpoint checkpoint, DecoderOptions options, Level logged) {
    ModelConfig config = checkpoint.config();
    int layers = keptLayers(config, options);
    boolean gpu = Devices.parse(options.device()).isGpu();
    options.numerics().check(config, gpu);
    if (!gpu) {
      MemoryNeed.requireFits(config, layers, options);
    }
    int[] order = ProjectionOrder.byLayer(options.projections());
    DecoderModule module = DecoderModule.create(config, layers, options);
    try {
      module.bindLayers(config, options.contextLength(config));
      ServingWeights weights = new ServingWeights(module, options.numerics(), options.manyRows());
      new CheckpointWeights(checkpoint).giveTo(weights, layers, options.languageModelHead());
      weights.load(options.threads(), logged);
      weights.projections(options.projections(), order);
      return new Decoder(config, options, module, layers, order);
    } catch (RuntimeException e) {
      module.close();
      throw e;
    }
  }

  private static int keptLayers(ModelConfig config, DecoderOptions options) {
    int highest = 0;
    for (Projection projection : options.projections()) {
      if (projection.layer() < 1 || projection.layer() > config.numHiddenLayers()) {
        throw new IllegalArgumentException(
            "layer: %d (expected: 1 to %d)"
                .formatted(projection.layer(), config.numHiddenLayers()));
      }
      if (projection.weights().length != config.hiddenSize()) {
        throw new IllegalArgumentException(
            "projection: %d weights (expected: %d, the model's hidden size)"
                .formatted(projection.weights().length, config.hiddenSize()));
      }
      highest = Math.max(highest, projection.layer());
    }
    boolean all = options.languageModelHead() || options.projections().isEmpty();
    return all ? config.numHiddenLayers() : highest;
  }

  @Override
  public ModelConfig config() {
    return config;
  }

  @Override
  public int contextLength() {
    return options.contextLength(config);
  }

  @Override
  public KvCache newCache(int room) {
    return caches.take(room);
  }

  @Override
  public void move(KvCache cache, int source, int target) {
    if (target < 0 || source < target || source >= cache.room()) {
      throw new IllegalArgumentException(
          "source: %d, target: %d (expected: 0 <= target <= source < %d)"
              .formatted(source, target, cache.room()));
    }
    if (source != target) {
      caches.move(cache.slot(source), cache.slot(target));
    }
  }

  @Override
  public int freeRoom() {
    return caches.free();
  }

  @Override
  public boolean hasLane(int room, Collection<KvCache> spare) {
    return caches.hasLane(room, spare);
  }

  @Override
  public void erase(KvCache cache, int[] places) {
    caches.erase(Arrays.stream(places).map(cache::slot).toArray());
  }

  @Override
  public void copy(KvCache from, KvCache to, int tokens) {
    if (tokens < 1 || tokens > Math.min(from.room(), to.room())) {
      throw new IllegalArgumentException(
          "tokens: %d (expected: 1 to %d)".formatted(tokens, Math.min(from.room(), to.room())));
    }
    caches.copy(from.slots(tokens), to.slots(tokens));
  }

  @Override
  public List<StepOutput> step(List<StepInput> inputs, int k) {
    check(inputs);
    boolean resumes = inputs.stream().anyMatch(StepInput::resumes);
    if (resumes) {
      requirePeeks();
    }
    StepRows rows =
        StepRows.of(inputs.stream().map(StepInput::fresh).filter(i -> i.rows() > 0).toList());
    StepRows all = resumes ? StepRows.of(inputs) : rows;
    int wanted = all.headRows() == 0 ? 0 : k;
    if (wanted > 0 && (!options.languageModelHead() || k < 1 || k > config.vocabSize())) {
      throw new IllegalArgumentException(
          "k: %d (expected: 1 to %d, and a model loaded with its head)"
              .formatted(k, config.vocabSize()));
    }
    try (PtNDManager scope = module.scope()) {
      StepRows second = resumes ? all : StepRows.NONE;
      PtNDArray[] out =
          module.callForList(
              "step",
              scope,
              IValue.from(caches.array()),
              IValue.from(caches.states()),
              module.indices(scope, rows.plan()),
              IValue.listFrom(rows.sizes()),
              IValue.listFrom(rows.shapes()),
              module.indices(scope, second.plan()),
              IValue.listFrom(second.sizes()),
              IValue.listFrom(second.shapes()),
              IValue.from((long) wanted));
      List<NextTokens> next = wanted == 0 ? List.of() : nextTokens(out, wanted);
      return outputs(inputs, readouts(out[0], rows.rows()), next);
    }
  }

  private void check(List<StepInput> inputs) {
    if (inputs.isEmpty()) {
      throw new IllegalArgumentException("inputs: none (expected: at least one sequence)");
    }
    inputs.forEach(input -> StepRows.check(input, config.vocabSize(), contextLength()));
  }

  private void requirePeeks() {
    if (!options.languageModelHead() || options.projections().isEmpty()) {
      throw new IllegalArgumentException(
          "projections: none beside a head (expected: at least one, to read candidates in between)");
    }
  }

  /** Distributes what was computed; a row that resumes has no read-outs. */
  private static List<StepOutput> outputs(
      List<StepInput> inputs, float[][] readouts, List<NextTokens> next) {
    List<StepOutput> outputs = new ArrayList<>();
    int row = 0;
    int nextRow = 0;
    for (StepInput input : inputs) {
      int end = row + input.fresh().rows();
      int nextEnd = next.isEmpty() ? 0 : nextRow + input.nextRows().length;
      outputs.add(
          new StepOutput(Arrays.copyOfRange(readouts, row, end), next.subList(nextRow, nextEnd)));
      row = end;
      nextRow = nextEnd;
    }
    return outputs;
  }

  @Override
  public List<float[][]> peek(List<StepInput> inputs) {
    check(inputs);
    requirePeeks();
    for (StepInput input : inputs) {
      if (input.accepted().length > 0) {
        throw new IllegalArgumentException(
            "accepted: %d tokens (expected: none beside candidates)"
                .formatted(input.accepted().length));
      }
    }
    StepRows rows = StepRows.of(inputs);
    try (PtNDManager scope = module.scope()) {
      PtNDArray out =
          module.call(
              "peek",
              scope,
              IValue.from(caches.array()),
              IValue.from(caches.states()),
              module.indices(scope, rows.plan()),
              IValue.listFrom(rows.sizes()),
              IValue.listFrom(rows.shapes()));
      return outputs(inputs, readouts(out, rows.rows()), List.of()).stream()
          .map(StepOutput::readouts)
          .toList();
    }
  }

  private float[][] readouts(NDArray array, int rows) {
    int width = projectionOrder.length;
    float[][] readouts = new float[rows][width];
    if (width == 0) {
      return readouts;
    }
    float[] flat = array.toFloatArray();
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < width; column++) {
        readouts[row][projectionOrder[column]] = flat[row * width + column];
      }
    }
    return readouts;
  }

  private static List<NextTokens> nextTokens(NDArray[] out, int k) {
    long[] ids = out[1].toLongArray();
    float[] logits = out[2].toFloatArray();
    float[] totals = out[3].toFloatArray();
    List<NextTokens> next = new ArrayList<>();
    for (int row = 0; row * k < ids.length; row++) {
      float total = totals[2 * row];
      int from = row * k;
      float[] rowLogits = Arrays.copyOfRange(logits, from, from + k);
      int[] rowIds = new int[k];
      float[] logProbabilities = new float[k];
      for (int i = 0; i < k; i++) {
        rowIds[i] = (int) ids[from + i];
        logProbabilities[i] = rowLogits[i] - total;
      }
      next.add(new NextTokens(rowIds, rowLogits, logProbabilities, totals[2 * row + 1]));
    }
    return next;
  }

  @Override
  public Pooling pool(int[] tokens, int start, int[] ends, int[] at) {
    StepRows.checkTokens(tokens, config.vocabSize());
    if (tokens.length == 0 || tokens.length > contextLength()) {
      throw new IllegalArgumentException(
          "tokens: %d (expected: 1 to %d)".formatted(tokens.length, contextLength()));
    }
    for (int end : ends) {
      if (start < 0 || end <= start || end > tokens.length) {
        throw new IllegalArgumentException(
            "end: %d (expected: %d to %d)".formatted(end, start + 1, tokens.length));
      }
    }
    for (int layer : at) {
      if (layer < 1 || layer > layers) {
        throw new IllegalArgumentException(
            "layer: %d (expected: 1 to %d)".formatted(layer, layers));
      }
    }
    return new BlockwisePooling(
        module, tokens, new PoolingPlan(start, ends, at, config.hiddenSize()), activationType());
  }

  @Override
  public int liveArrays() {
    return module.liveArrays();
  }

  private int activationType() {
    return options.numerics().activationType(module.onGpu());
  }

  @Override
  public void close() {
    module.close();
  }
}
