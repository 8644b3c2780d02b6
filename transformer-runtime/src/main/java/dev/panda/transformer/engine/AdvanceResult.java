package dev.panda.transformer.engine;

import dev.panda.transformer.decoder.NextTokens;
import java.util.Optional;

/**
 * The result of one advance of a sequence.
 *
 * @param acceptedReadouts read-outs of the accepted tokens [accepted × projection]
 * @param candidateReadouts read-outs of the candidates [candidates × projection]
 * @param next the likeliest tokens after the last accepted one, if requested
 */
public record AdvanceResult(
    float[][] acceptedReadouts, float[][] candidateReadouts, Optional<NextTokens> next) {}
