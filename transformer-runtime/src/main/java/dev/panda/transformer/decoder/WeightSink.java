package dev.panda.transformer.decoder;

/** Receives a decoder's weights one by one, in {@code decoder.py}'s order. */
interface WeightSink {

  /** Receives a norm's scale or a bias; the bias is empty if the model has none. */
  void vector(float[] values);

  /** Receives the embedding [rows × columns]. */
  void embedding(float[] values, int rows, int columns);

  /** Receives a linear layer's matrix [rows × columns]. */
  void linear(float[] values, int rows, int columns);

  /** Receives the language-model head; a tied head is the embedding again. */
  default void head(float[] values, int rows, int columns, boolean tied) {
    linear(values, rows, columns);
  }
}
