package dev.panda.transformer.decoder;

/**
 * The settings of one AdamW update.
 *
 * @param rate learning rate
 * @param decay weight decay of matrices
 * @param clip largest norm of the gradient
 */
public record UpdateStep(double rate, double decay, double clip) {}
