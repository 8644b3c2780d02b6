package dev.panda.transformer.engine;

import dev.panda.transformer.decoder.NextTokens;
import java.util.Optional;

/**
 * The result of one advance of a sequence.
 *
 * @param acceptedReadouts read-outs of the accepted tokens [accepted × projection]; empty ones of
 *     shared tokens
 * @param candidateReadouts read-outs of the candidates [candidates × projection]
 * @param next the likeliest tokens after the last accepted one, if requested
 * @param shared number of first accepted tokens that another sequence had computed
 */
public record AdvanceResult(
    float[][] acceptedReadouts,
    float[][] candidateReadouts,
    Optional<NextTokens> next,
    int shared) {

  /** The result of an advance that computed all of its tokens. */
  public AdvanceResult(
      float[][] acceptedReadouts, float[][] candidateReadouts, Optional<NextTokens> next) {
    this(acceptedReadouts, candidateReadouts, next, 0);
  }
}
