package dev.panda.transformer.decoder;

import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.IValue;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Adds weights and projections to a module for serving, in its numeric format. */
final class ServingWeights implements WeightSink {
  private static final Logger LOG = System.getLogger(ServingWeights.class.getName());

  private final DecoderModule module;
  private final Numerics numerics;
  private final boolean gpu;
  private final Optional<ManyRows> manyRows;
  private final List<LoadedMatrix> matrices = new ArrayList<>();
  private OptionalInt tiedHead = OptionalInt.empty();

  ServingWeights(DecoderModule module, Numerics numerics, Optional<ManyRows> manyRows) {
    this.module = module;
    this.numerics = numerics;
    this.manyRows = manyRows;
    this.gpu = module.onGpu();
  }

  @Override
  public void vector(float[] values) {
    try (PtNDManager scope = module.scope()) {
      PtNDArray tensor = module.tensor(scope, values, values.length);
      long type = numerics.activationType(gpu);
      module.run("add_vector", IValue.from(tensor), IValue.from(type));
    }
  }

  @Override
  public void embedding(WeightMatrix matrix) {
    add(matrix, numerics.embeddingFormat(), numerics.linearType());
  }

  @Override
  public void linear(WeightMatrix matrix) {
    int place = add(matrix, numerics.format(gpu), numerics.linearType());
    addManyRows(matrix, place);
  }

  @Override
  public void head(WeightMatrix matrix, boolean tied) {
    MatrixFormat format = numerics.headFormat(gpu);
    int place;
    if (tied && format == numerics.embeddingFormat()) {
      place = place();
      tiedHead = OptionalInt.of(place);
    } else {
      place = add(matrix, format, numerics.linearType());
    }
    if (format == MatrixFormat.INT8) { // the likeliest logits of others would stay rounded
      addManyRows(matrix, place);
    }
  }

  private void addManyRows(WeightMatrix matrix, int place) {
    manyRows.ifPresent(
        many -> matrices.add(new ManyRowsMatrix(matrix, place, many.numerics().linearType())));
  }

  private int place() {
    return (int) module.callForNumber("add_matrix");
  }

  private int add(WeightMatrix matrix, MatrixFormat format, int type) {
    int place = place();
    matrices.add(new ServingMatrix(matrix, place, format, type));
    return place;
  }

  /**
   * Reads the matrices that were added.
   *
   * @param threads number of threads that read at once
   * @param logged level of what the log says of it
   */
  void load(int threads, Level logged) {
    long begun = System.nanoTime();
    new ParallelLoad(module, matrices, logged).run(threads);
    tiedHead.ifPresent(place -> module.run("tie", IValue.from((long) place)));
    manyRows.ifPresent(many -> module.run("take_many", IValue.from((long) many.from())));
    LOG.log(logged, "loaded: weights as {0} in {1} s", numerics, (System.nanoTime() - begun) / 1e9);
  }

  /** Adds the projections; projections of one layer form one matrix. */
  void projections(List<Projection> projections, int[] order) {
    int start = 0;
    while (start < order.length) {
      int layer = projections.get(order[start]).layer();
      int end = start;
      while (end < order.length && projections.get(order[end]).layer() == layer) {
        end++;
      }
      float[][] rows =
          Arrays.stream(order, start, end)
              .mapToObj(index -> projections.get(index).weights())
              .toArray(float[][]::new);
      try (PtNDManager scope = module.scope()) {
        float[] matrix = CheckpointWeights.concatenate(rows);
        PtNDArray tensor = module.tensor(scope, matrix, rows.length, rows[0].length);
        module.run("add_projections", IValue.from((long) layer), IValue.from(tensor));
      }
      start = end;
    }
  }
}
