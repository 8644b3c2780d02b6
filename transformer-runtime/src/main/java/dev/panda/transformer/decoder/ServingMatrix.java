package dev.panda.transformer.decoder;

import ai.djl.pytorch.jni.IValue;

/**
 * A matrix in native memory that is to be filled.
 *
 * @param source its rows
 * @param place index in {@code decoder.py}'s list of weights
 * @param format its format in native memory
 * @param type PyTorch's number for the type of its elements, if the format is a dense one
 */
record ServingMatrix(WeightMatrix source, int place, MatrixFormat format, int type)
    implements LoadedMatrix {

  @Override
  public void fill(DecoderModule module, MatrixLoader loader) {
    module.run(
        "begin",
        IValue.from((long) place),
        IValue.from((long) format.number()),
        IValue.from((long) source.rows()),
        IValue.from((long) source.columns()),
        IValue.from((long) type));
    loader.load(
        source,
        format,
        (first, slice) ->
            module.isUsable(
                "put",
                IValue.from((long) place),
                IValue.from((long) format.number()),
                IValue.from((long) first),
                IValue.from(slice.numbers()),
                IValue.from(slice.scales())));
    module.run("finish", IValue.from((long) place), IValue.from((long) format.number()));
  }
}
