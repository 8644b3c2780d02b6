package dev.panda.transformer.decoder;

import ai.djl.pytorch.jni.IValue;

/**
 * The dense matrix that products of many rows take instead of another.
 *
 * @param source its rows
 * @param place index of the other matrix in {@code decoder.py}'s list of weights
 * @param type PyTorch's number for the type of its elements
 */
record ManyRowsMatrix(WeightMatrix source, int place, int type) implements LoadedMatrix {

  @Override
  public MatrixFormat format() {
    return MatrixFormat.DENSE;
  }

  @Override
  public void fill(DecoderModule module, MatrixLoader loader) {
    module.run(
        "begin_many",
        IValue.from((long) place),
        IValue.from((long) source.rows()),
        IValue.from((long) source.columns()),
        IValue.from((long) type));
    loader.load(
        source,
        MatrixFormat.DENSE,
        (first, slice) ->
            module.isUsable(
                "put_many",
                IValue.from((long) place),
                IValue.from((long) first),
                IValue.from(slice.numbers())));
  }
}
