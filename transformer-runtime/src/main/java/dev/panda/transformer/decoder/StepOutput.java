package dev.panda.transformer.decoder;

import java.util.Optional;

/**
 * What a step computed of one sequence.
 *
 * @param readouts of its tokens, accepted ones and candidates [row × projection]; none if it
 *     resumed, as they are known
 * @param next the likeliest next tokens, if the sequence requested them
 */
public record StepOutput(float[][] readouts, Optional<NextTokens> next) {}
