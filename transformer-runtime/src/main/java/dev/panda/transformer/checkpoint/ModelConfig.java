package dev.panda.transformer.checkpoint;

import java.util.List;
import java.util.OptionalInt;

/**
 * Shapes and constants of a decoder, in the words of Hugging Face's {@code config.json}.
 *
 * @param attentionBias whether query, key and value projections have a bias (Qwen2)
 * @param slidingWindow number of tokens that a token attends to; empty if the model has no limit
 * @param beginTokenId token that begins a text; empty if the model has none
 * @param endTokenIds tokens that end a response, including those that only the generation settings
 *     name
 */
public record ModelConfig(
    String architecture,
    int vocabSize,
    int hiddenSize,
    int intermediateSize,
    int numHiddenLayers,
    int numAttentionHeads,
    int numKeyValueHeads,
    int headDim,
    int maxPositionEmbeddings,
    double rmsNormEps,
    RotaryEmbedding rotaryEmbedding,
    boolean tieWordEmbeddings,
    boolean attentionBias,
    OptionalInt slidingWindow,
    OptionalInt beginTokenId,
    List<Integer> endTokenIds) {

  /** Checks that the numbers are consistent. */
  public ModelConfig {
    endTokenIds = List.copyOf(endTokenIds);
    positive("vocab_size", vocabSize);
    positive("hidden_size", hiddenSize);
    positive("intermediate_size", intermediateSize);
    positive("num_hidden_layers", numHiddenLayers);
    positive("num_attention_heads", numAttentionHeads);
    positive("num_key_value_heads", numKeyValueHeads);
    positive("head_dim", headDim);
    positive("max_position_embeddings", maxPositionEmbeddings);
    slidingWindow.ifPresent(window -> positive("sliding_window", window));
    if (numAttentionHeads % numKeyValueHeads != 0) {
      throw refused(
          "num_key_value_heads",
          numKeyValueHeads,
          "a divisor of num_attention_heads " + numAttentionHeads);
    }
    if ((long) numAttentionHeads * headDim > Integer.MAX_VALUE) {
      throw refused("head_dim", headDim, "no more than 2^31 / num_attention_heads");
    }
    if (rotaryEmbedding.inverseFrequencies().length * 2L != headDim) {
      throw refused(
          "head_dim", headDim, "two for each of the rotary embedding's inverse frequencies");
    }
    if (!(rmsNormEps >= 0 && rmsNormEps < 1)) {
      throw refused("rms_norm_eps", rmsNormEps, "0 to 1");
    }
    for (int id : endTokenIds) {
      if (id < 0 || id >= vocabSize) {
        throw refused("eos_token_id", id, "0 to " + (vocabSize - 1));
      }
    }
  }

  private static void positive(String name, int value) {
    if (value < 1) {
      throw refused(name, value, "at least 1");
    }
  }

  private static IllegalArgumentException refused(String name, Object value, String expected) {
    return new IllegalArgumentException(name + ": " + value + " (expected: " + expected + ")");
  }
}
