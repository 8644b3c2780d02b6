package dev.panda.transformer.decoder;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import dev.panda.transformer.checkpoint.Activation;
import dev.panda.transformer.checkpoint.LayerAttention;
import dev.panda.transformer.checkpoint.ModelConfig;
import dev.panda.transformer.checkpoint.RotaryEmbedding;
import dev.panda.transformer.decoder.TorchScriptArchive.Empty;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** The TorchScript module of {@code decoder.py}: its native calls and native memory. */
final class DecoderModule implements AutoCloseable {
  private static final String SOURCE = "decoder.py";
  private static final int NO_WINDOW = 0;

  private final PtNDManager manager;
  private final PtSymbolBlock block;

  private DecoderModule(PtNDManager manager, PtSymbolBlock block) {
    this.manager = manager;
    this.block = block;
  }

  static DecoderModule create(ModelConfig config, int layers, DecoderOptions options) {
    Device device = Devices.parse(options.device());
    options.numerics().checkRunsOn(device.isGpu());
    Map<String, Object> attributes = new LinkedHashMap<>();
    attributes.put("training", false);
    attributes.put("weights", Empty.TENSORS);
    attributes.put("scales", Empty.TENSORS);
    attributes.put("packed", Empty.OBJECTS);
    attributes.put("many", Empty.TENSORS);
    attributes.put("many_from", 0);
    attributes.put("rotations", Empty.TENSORS);
    attributes.put("windows", Empty.INTEGERS);
    attributes.put("layer_rotations", Empty.INTEGERS);
    attributes.put("layer_windows", Empty.INTEGERS);
    attributes.put("projections", Empty.TENSORS);
    attributes.put("projection_layers", Empty.INTEGERS);
    attributes.put("layers", layers);
    attributes.put("heads", config.numAttentionHeads());
    attributes.put("kv_heads", config.numKeyValueHeads());
    attributes.put("head_dim", config.headDim());
    attributes.put("eps", config.rmsNormEps());
    attributes.put("gelu", config.block().activation() == Activation.GELU_TANH);
    attributes.put("attention_scale", config.block().attentionScale());
    attributes.put("embedding_scale", config.block().embeddingScale());
    attributes.put("format", options.numerics().format(device.isGpu()).number());
    attributes.put("low_rank_scale", 1.0);
    PtNDManager manager = (PtNDManager) NDManager.newBaseManager(device, "PyTorch");
    JniUtils.setNumThreads(options.threads());
    try (InputStream source = DecoderModule.class.getResourceAsStream(SOURCE)) {
      byte[] archive = TorchScriptArchive.write("Decoder", source, attributes);
      return new DecoderModule(
          manager, JniUtils.loadModule(manager, new ByteArrayInputStream(archive), false, false));
    } catch (IOException e) {
      manager.close();
      throw new UncheckedIOException(e);
    }
  }

  /** Tells each layer its window and its rotation, for a sequence's positions. */
  void bindLayers(ModelConfig config, int positions) {
    List<RotaryEmbedding> rotations =
        config.layers().stream().map(LayerAttention::rotation).distinct().toList();
    List<OptionalInt> windows =
        config.layers().stream().map(LayerAttention::window).distinct().toList();
    rotations.forEach(rotation -> addRotation(rotation, positions));
    windows.forEach(window -> run("add_window", IValue.from((long) window.orElse(NO_WINDOW))));
    for (LayerAttention layer : config.layers()) {
      run(
          "add_layer",
          IValue.from((long) rotations.indexOf(layer.rotation())),
          IValue.from((long) windows.indexOf(layer.window())));
    }
  }

  private void addRotation(RotaryEmbedding rotation, int positions) {
    float[] frequencies = rotation.inverseFrequencies();
    try (PtNDManager scope = scope()) {
      run(
          "add_rotation",
          IValue.from(tensor(scope, frequencies, frequencies.length)),
          IValue.from((long) positions),
          IValue.from(rotation.attentionFactor()));
    }
  }

  boolean onGpu() {
    return manager.getDevice().isGpu();
  }

  PtNDManager manager() {
    return manager;
  }

  /** Opens a scope for the arrays of one call; the caller closes it. */
  PtNDManager scope() {
    return (PtNDManager) manager.newSubManager();
  }

  /** Number of arrays in this manager and in scopes that are still open. */
  int liveArrays() {
    return manager.getManagedArrays().size();
  }

  PtNDArray tensor(PtNDManager scope, float[] values, int... shape) {
    long[] dimensions = Arrays.stream(shape).asLongStream().toArray();
    return (PtNDArray) scope.create(values, new Shape(dimensions));
  }

  /**
   * Copies values to PyTorch's own memory, which lives as long as the module. Unlike memory from
   * Java, it has the same alignment in every process. Alignment affects how products round, and
   * resumed training must equal uninterrupted training.
   */
  PtNDArray copy(float[] values, int... shape) {
    try (PtNDManager scope = scope()) {
      PtNDArray copy = (PtNDArray) tensor(scope, values, shape).duplicate();
      copy.attach(manager);
      return copy;
    }
  }

  /** Copies a checkpoint's matrix to PyTorch's own memory, as {@link #copy} does. */
  PtNDArray matrix(WeightMatrix matrix) {
    Shape shape = new Shape(matrix.rows(), matrix.columns());
    PtNDArray copy = manager.create(shape, DataType.FLOAT32);
    new MatrixLoader(this, Optional.empty())
        .load(
            matrix,
            MatrixFormat.DENSE,
            (first, slice) ->
                isUsable(
                    "put_rows",
                    IValue.from(copy),
                    IValue.from((long) first),
                    IValue.from(slice.numbers())));
    return copy;
  }

  /** Packs numbers from 0 to 15, [rows × columns], as products with int4 read them. */
  byte[] packInt4(byte[] numbers, int rows, int columns) {
    try (PtNDManager scope = scope()) {
      Shape shape = new Shape(rows, columns);
      PtNDArray array = scope.create(ByteBuffer.wrap(numbers), shape, DataType.INT8);
      return call("pack_int4", scope, IValue.from(array)).toByteArray();
    }
  }

  /** Calls a method that takes rows of a matrix, and returns whether their numbers are usable. */
  boolean isUsable(String method, IValue... inputs) {
    return Double.isFinite(callForNumber(method, inputs));
  }

  IValue indices(PtNDManager scope, long[] values) {
    return IValue.from((PtNDArray) scope.create(values));
  }

  /** Calls a method that returns one tensor, and closes the inputs. */
  PtNDArray call(String method, PtNDManager scope, IValue... inputs) {
    try (IValue result = invoke(method, inputs)) {
      return result.toTensor(scope);
    }
  }

  /** Calls a method that returns one tensor, which then lives as long as the module. */
  PtNDArray keep(String method, IValue... inputs) {
    return call(method, manager, inputs);
  }

  /** Calls a method that returns a list of tensors, and closes the inputs. */
  PtNDArray[] callForList(String method, PtNDManager scope, IValue... inputs) {
    try (IValue result = invoke(method, inputs)) {
      return result.toTensorArray(scope);
    }
  }

  /** Calls a method that returns a number, and closes the inputs. */
  double callForNumber(String method, IValue... inputs) {
    try (IValue result = invoke(method, inputs)) {
      return result.toDouble();
    }
  }

  /** Calls a method for its effect, and closes the inputs. */
  void run(String method, IValue... inputs) {
    invoke(method, inputs).close();
  }

  /**
   * The training loss; if {@code training}, with gradients for weights, factors and head.
   *
   * @param head a reward head and its scale, both empty for the loss of a language model
   * @param factors of low-rank adapters; a single empty array if there are none
   */
  NDArray loss(
      PtNDArray ids,
      PtNDArray targets,
      Head head,
      List<PtNDArray> weights,
      List<PtNDArray> factors,
      boolean training) {
    NDList inputs = new NDList(ids, targets, head.learned(), head.scale());
    addList(inputs, "weights[]", weights);
    addList(inputs, "factors[]", factors);
    return IValueUtils.forward(block, inputs, training).singletonOrThrow();
  }

  /** A reward head in two parts: {@code w = learned · scale}, both [W]. */
  record Head(PtNDArray learned, PtNDArray scale) {}

  /** Adds arrays under a name that makes DJL gather them into one list. */
  private static void addList(NDList inputs, String name, List<PtNDArray> arrays) {
    for (PtNDArray array : arrays) {
      array.setName(name);
      inputs.add(array);
    }
  }

  private IValue invoke(String method, IValue... inputs) {
    try {
      return IValueUtils.runMethod(block, method, inputs);
    } finally {
      for (IValue input : inputs) {
        input.close();
      }
    }
  }

  @Override
  public void close() {
    block.close();
    manager.close();
  }
}
