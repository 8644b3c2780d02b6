package dev.panda.transformer.decoder;

import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.IValue;
import java.util.Arrays;
import java.util.List;

/** Adds weights and projections to a module for serving, in its numeric format. */
final class ServingWeights implements WeightSink {
  private final DecoderModule module;
  private final Numerics numerics;

  ServingWeights(DecoderModule module, Numerics numerics) {
    this.module = module;
    this.numerics = numerics;
  }

  @Override
  public void vector(float[] values) {
    add("add_vector", numerics.activationType(module.onGpu()), values, values.length);
  }

  @Override
  public void embedding(float[] values, int rows, int columns) {
    add("add_embedding", numerics.embeddingType(), values, rows, columns);
  }

  @Override
  public void linear(float[] values, int rows, int columns) {
    numerics.checkHolds(rows, columns);
    add("add_linear", numerics.linearType(), values, rows, columns);
  }

  @Override
  public void head(float[] values, int rows, int columns, boolean tied) {
    add("add_head", numerics.linearType(), values, rows, columns);
  }

  private void add(String method, int type, float[] values, int... shape) {
    try (PtNDManager scope = module.scope()) {
      PtNDArray tensor = module.tensor(scope, values, shape);
      module.run(method, IValue.from(tensor), IValue.from((long) type));
    }
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
