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
    new Bounds(1, 1 << 24).check("vocab_size", vocabSize);
    new Bounds(1, 1 << 18).check("hidden_size", hiddenSize);
    new Bounds(1, 1 << 20).check("intermediate_size", intermediateSize);
    new Bounds(1, 1 << 12).check("num_hidden_layers", numHiddenLayers);
    new Bounds(1, 1 << 14).check("num_attention_heads", numAttentionHeads);
    new Bounds(1, 1 << 14).check("num_key_value_heads", numKeyValueHeads);
    new Bounds(1, 1 << 14).check("head_dim", headDim);
    new Bounds(1, Integer.MAX_VALUE).check("max_position_embeddings", maxPositionEmbeddings);
    slidingWindow.ifPresent(
        window -> new Bounds(1, Integer.MAX_VALUE).check("sliding_window", window));
    if (numAttentionHeads % numKeyValueHeads != 0) {
      throw refused(
          "num_key_value_heads",
          numKeyValueHeads,
          "a divisor of num_attention_heads " + numAttentionHeads);
    }
    if (rotaryEmbedding.inverseFrequencies().length * 2L != headDim) {
      throw refused(
          "head_dim", headDim, "two for each of the rotary embedding's inverse frequencies");
    }
    new Bounds(0, 1).check("rms_norm_eps", rmsNormEps);
    for (int id : endTokenIds) {
      new Bounds(0, vocabSize - 1).check("eos_token_id", id);
    }
  }

  /** The same model with a head of its own beside the embedding. */
  public ModelConfig untied() {
    return new ModelConfig(
        architecture,
        vocabSize,
        hiddenSize,
        intermediateSize,
        numHiddenLayers,
        numAttentionHeads,
        numKeyValueHeads,
        headDim,
        maxPositionEmbeddings,
        rmsNormEps,
        rotaryEmbedding,
        false,
        attentionBias,
        slidingWindow,
        beginTokenId,
        endTokenIds);
  }

  private static IllegalArgumentException refused(String name, Object value, String expected) {
    return new IllegalArgumentException(name + ": " + value + " (expected: " + expected + ")");
  }
}
