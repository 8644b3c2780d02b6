package dev.panda.transformer.checkpoint;

import java.util.List;
import java.util.OptionalInt;

/**
 * Shapes and constants of a decoder, in the words of Hugging Face's {@code config.json}.
 *
 * @param maxPositionEmbeddings the longest sequence; at most what the rotation is exact for
 * @param layers one for each block
 * @param beginTokenId token that begins a text; empty if the model has none
 * @param endTokenIds tokens that end a response, including those that only the generation settings
 *     name
 */
public record ModelConfig(
    String architecture,
    int vocabSize,
    int hiddenSize,
    int intermediateSize,
    int numAttentionHeads,
    int numKeyValueHeads,
    int headDim,
    int maxPositionEmbeddings,
    double rmsNormEps,
    boolean tieWordEmbeddings,
    BlockVariant block,
    List<LayerAttention> layers,
    OptionalInt beginTokenId,
    List<Integer> endTokenIds) {

  /** Checks that the numbers are consistent. */
  public ModelConfig {
    layers = List.copyOf(layers);
    endTokenIds = List.copyOf(endTokenIds);
    new Bounds(1, 1 << 24).check("vocab_size", vocabSize);
    new Bounds(1, 1 << 18).check("hidden_size", hiddenSize);
    new Bounds(1, 1 << 20).check("intermediate_size", intermediateSize);
    new Bounds(1, 1 << 14).check("num_attention_heads", numAttentionHeads);
    new Bounds(1, 1 << 14).check("num_key_value_heads", numKeyValueHeads);
    new Bounds(1, 1 << 14).check("head_dim", headDim);
    new Bounds(1, Integer.MAX_VALUE).check("max_position_embeddings", maxPositionEmbeddings);
    if (numAttentionHeads % numKeyValueHeads != 0) {
      throw refused(
          "num_key_value_heads",
          numKeyValueHeads,
          "a divisor of num_attention_heads " + numAttentionHeads);
    }
    for (LayerAttention layer : layers) {
      if (headDim % 2 != 0 || layer.rotation().dimensions() > headDim) {
        throw refused(
            "head_dim",
            headDim,
            "even, at least two for each of the rotary embedding's inverse frequencies");
      }
    }
    new Bounds(0, 1).check("rms_norm_eps", rmsNormEps);
    for (int id : endTokenIds) {
      new Bounds(0, vocabSize - 1).check("eos_token_id", id);
    }
  }

  /** Number of blocks. */
  public int numHiddenLayers() {
    return layers.size();
  }

  /** The same model with a head of its own beside the embedding. */
  public ModelConfig untied() {
    return with(vocabSize, false, layers, beginTokenId, endTokenIds);
  }

  /** The first blocks and tokens of this model, without a head and without tokens of meaning. */
  public ModelConfig beginning(int blocks, int tokens) {
    return with(tokens, true, layers.subList(0, blocks), OptionalInt.empty(), List.of());
  }

  private ModelConfig with(
      int vocabulary,
      boolean tied,
      List<LayerAttention> blocks,
      OptionalInt begin,
      List<Integer> end) {
    return new ModelConfig(
        architecture,
        vocabulary,
        hiddenSize,
        intermediateSize,
        numAttentionHeads,
        numKeyValueHeads,
        headDim,
        maxPositionEmbeddings,
        rmsNormEps,
        tied,
        block,
        blocks,
        begin,
        end);
  }

  private static IllegalArgumentException refused(String name, Object value, String expected) {
    return new IllegalArgumentException(name + ": " + value + " (expected: " + expected + ")");
  }
}
