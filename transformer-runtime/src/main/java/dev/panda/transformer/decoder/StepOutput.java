package dev.panda.transformer.decoder;

import java.util.List;

/**
 * The results of a step.
 *
 * @param readouts one row for each token of each sequence, in order [N × projection]
 * @param next one for each sequence that requested it, in order
 */
public record StepOutput(float[][] readouts, List<NextTokens> next) {}
