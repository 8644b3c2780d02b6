package dev.panda.transformer.decoder;

/**
 * How far one update of AdamW goes.
 *
 * @param rate learning rate
 * @param decay weight decay of matrices
 * @param clip largest norm of the gradient
 */
public record UpdateStep(double rate, double decay, double clip) {}
