package dev.panda.transformer.decoder;

/** A matrix in native memory that is filled from a checkpoint. */
interface LoadedMatrix {
  WeightMatrix source();

  MatrixFormat format();

  /**
   * Fills the matrix.
   *
   * @throws dev.panda.transformer.checkpoint.CheckpointException if it cannot be read or has
   *     numbers that are not usable
   */
  void fill(DecoderModule module, MatrixLoader loader);
}
