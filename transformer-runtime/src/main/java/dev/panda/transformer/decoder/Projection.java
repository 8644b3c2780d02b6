package dev.panda.transformer.decoder;

/**
 * A linear read-out of the hidden state: {@code weights · h_layer}.
 *
 * @param layer the block after which the state is read, 1 to the number of blocks; the final norm
 *     is applied only after the last block
 * @param weights one number for each dimension of the hidden state
 */
public record Projection(int layer, float[] weights) {}
