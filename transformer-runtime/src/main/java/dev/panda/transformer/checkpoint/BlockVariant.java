package dev.panda.transformer.checkpoint;

/**
 * How a family's blocks differ from Llama's.
 *
 * @param attentionBias whether query, key and value projections have a bias (Qwen2)
 * @param headNorms whether each head's queries and keys are normed before they are rotated (Qwen3,
 *     Gemma 3)
 * @param sandwichNorms whether the outputs of attention and feed-forward are normed too (Gemma 3)
 * @param embeddingScale factor of the embeddings that enter the first block; 1 except in Gemma 3
 * @param attentionScale factor of the products of queries and keys
 */
public record BlockVariant(
    boolean attentionBias,
    boolean headNorms,
    boolean sandwichNorms,
    Activation activation,
    double embeddingScale,
    double attentionScale) {

  public BlockVariant {
    new Bounds(1e-6, 1e6).check("attention scale", attentionScale);
  }

  /** The blocks of Llama, Mistral, Phi-3 and SmolLM3, and with a bias those of Qwen2. */
  public static BlockVariant llama(int headDim, boolean attentionBias) {
    return new BlockVariant(
        attentionBias, false, false, Activation.SILU, 1, attentionScale(headDim));
  }

  public static BlockVariant qwen3(int headDim) {
    return new BlockVariant(false, true, false, Activation.SILU, 1, attentionScale(headDim));
  }

  /**
   * The blocks of Gemma 3.
   *
   * @param queryScalar products of queries and keys are divided by its square root
   */
  public static BlockVariant gemma3(int hiddenSize, double queryScalar) {
    return new BlockVariant(
        false,
        true,
        true,
        Activation.GELU_TANH,
        Math.sqrt(hiddenSize),
        attentionScale(queryScalar));
  }

  private static double attentionScale(double dimensions) {
    return 1 / Math.sqrt(dimensions);
  }
}
