package dev.panda.transformer.decoder;

import ai.djl.engine.Engine;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.IValue;
import ai.djl.training.GradientCollector;
import dev.panda.transformer.checkpoint.ScalarType;
import dev.panda.transformer.checkpoint.TensorData;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Trainable float32 weights, with AdamW's moments for them. */
final class LearnedWeights {
  private static final String MEAN = "mean.";
  private static final String SQUARE = "square.";

  private final DecoderModule module;
  private final List<PtNDArray> weights = new ArrayList<>();
  private final List<PtNDArray> means = new ArrayList<>();
  private final List<PtNDArray> squares = new ArrayList<>();

  /**
   * @param module its manager owns the arrays
   */
  LearnedWeights(DecoderModule module) {
    this.module = module;
  }

  /** Adds a weight, which must not be empty; the module closes it. */
  PtNDArray add(float[] values, int... shape) {
    return add(module.copy(values, shape));
  }

  /** Adds a weight that the module already has; it must not be empty. */
  PtNDArray add(PtNDArray weight) {
    weight.setRequiresGradient(true);
    weights.add(weight);
    means.add((PtNDArray) weight.zerosLike());
    squares.add((PtNDArray) weight.zerosLike());
    return weight;
  }

  /**
   * Starts recording computations with the weights. DJL leaves the arrays that it creates for
   * zeroing gradients to the weights' manager; this method makes the scope their manager for as
   * long as the scope lives.
   *
   * @param scope the caller closes it after the collector
   */
  GradientCollector collect(PtNDManager scope) {
    weights.forEach(weight -> weight.tempAttach(scope));
    return Engine.getEngine("PyTorch").newGradientCollector();
  }

  /**
   * Performs one update of the weights, against their gradients.
   *
   * @param update number of the update, from 1
   * @param step size of the update
   * @throws DivergenceException if the gradient is not finite; the weights stay unchanged
   */
  void update(PtNDManager scope, int update, UpdateStep step) {
    PtNDArray[] gradients =
        weights.stream().map(weight -> gradient(scope, weight)).toArray(PtNDArray[]::new);
    double norm =
        module.callForNumber(
            "adamw",
            list(weights),
            IValue.listFrom(gradients),
            list(means),
            list(squares),
            IValue.from((long) update),
            IValue.from(step.rate()),
            IValue.from(step.decay()),
            IValue.from(step.clip()));
    requireFinite("norm of the gradient", norm, update);
  }

  private static PtNDArray gradient(PtNDManager scope, PtNDArray weight) {
    PtNDArray gradient = weight.getGradient();
    gradient.attach(scope);
    return gradient;
  }

  /** Gradients of all weights, in the order in which they were added. */
  List<float[]> gradients(PtNDManager scope) {
    return weights.stream().map(weight -> gradient(scope, weight).toFloatArray()).toList();
  }

  /** Total number of elements. */
  long size() {
    return weights.stream().mapToLong(PtNDArray::size).sum();
  }

  static void requireFinite(String name, double value, int update) {
    if (!Double.isFinite(value)) {
      throw new DivergenceException(name, value, update);
    }
  }

  private static IValue list(List<PtNDArray> arrays) {
    return IValue.listFrom(arrays.toArray(PtNDArray[]::new));
  }

  /** The moments; save them with the weights so that training can be resumed. */
  Map<String, TensorData> moments() {
    Map<String, TensorData> tensors = new LinkedHashMap<>();
    for (int i = 0; i < weights.size(); i++) {
      List<Integer> shape = List.of((int) weights.get(i).size());
      tensors.put(MEAN + i, new TensorData(ScalarType.F32, shape, means.get(i).toFloatArray()));
      tensors.put(SQUARE + i, new TensorData(ScalarType.F32, shape, squares.get(i).toFloatArray()));
    }
    return tensors;
  }

  /**
   * Restores the moments that {@link #moments} returned.
   *
   * @param read reads a tensor by its name
   */
  void restoreMoments(Function<String, float[]> read) {
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
    array.set(values);
  }
}
