package dev.panda.transformer.engine;

import dev.panda.transformer.decoder.NextTokens;
import java.util.List;
import java.util.Optional;

/**
 * The result of one advance of a sequence.
 *
 * @param acceptedReadouts read-outs of the accepted tokens [accepted × projection]; empty ones of
 *     shared tokens
 * @param candidateReadouts read-outs of the candidates [candidates × projection]
 * @param next the likeliest tokens after the last accepted one, if requested
 * @param shared number of first accepted tokens that another sequence had computed
 * @param drafted the steps behind the first tokens of the draft
 */
public record AdvanceResult(
    float[][] acceptedReadouts,
    float[][] candidateReadouts,
    Optional<NextTokens> next,
    int shared,
    List<Drafted> drafted) {

  public AdvanceResult {
    drafted = List.copyOf(drafted);
  }

  /** The result of an advance that computed all of its tokens, and had no draft. */
  public AdvanceResult(
      float[][] acceptedReadouts, float[][] candidateReadouts, Optional<NextTokens> next) {
    this(acceptedReadouts, candidateReadouts, next, 0, List.of());
  }

  /**
   * A draft's token and the step behind it, as if the token were accepted.
   *
   * @param readouts of the token [projection]
   * @param next the likeliest tokens after it
   * @param candidateReadouts read-outs of the first of these [candidates × projection]
   */
  public record Drafted(float[] readouts, NextTokens next, float[][] candidateReadouts) {}
}
