package dev.panda.transformer.decoder;

/** Receives a decoder's weights one by one, in {@code decoder.py}'s order. */
interface WeightSink {

  /** Receives a norm's scale or a bias; the bias is empty if the model has none. */
  void vector(float[] values);

  /** Receives the embedding. */
  void embedding(WeightMatrix matrix);

  /** Receives a linear layer's matrix. */
  void linear(WeightMatrix matrix);

  /** Receives the language-model head; a tied head is the embedding again. */
  default void head(WeightMatrix matrix, boolean tied) {
    linear(matrix);
  }
}
