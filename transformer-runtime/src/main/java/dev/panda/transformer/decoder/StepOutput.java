package dev.panda.transformer.decoder;

import java.util.List;

/**
 * What a step computed.
 *
 * @param readouts one row for each token of each sequence, in order [N × projection]
 * @param next one for each sequence that wanted it, in order
 */
public record StepOutput(float[][] readouts, List<NextTokens> next) {}
