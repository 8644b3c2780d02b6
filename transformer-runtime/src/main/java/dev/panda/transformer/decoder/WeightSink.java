package dev.panda.transformer.decoder;

/** Takes a decoder's weights one by one, in the order that {@code decoder.py} states. */
interface WeightSink {

  /** Takes a norm's scale or a bias; empty where the model has no bias. */
  void vector(float[] values);

  /** Takes the embedding [rows × columns]. */
  void embedding(float[] values, int rows, int columns);

  /** Takes a linear layer's matrix [rows × columns]. */
  void linear(float[] values, int rows, int columns);

  /** Takes the language-model head; a tied one is the embedding once more. */
  default void head(float[] values, int rows, int columns, boolean tied) {
    linear(values, rows, columns);
  }
}
