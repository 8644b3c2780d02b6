package dev.panda.transformer.decoder;

import java.util.List;

/**
 * What a step computed of one sequence.
 *
 * @param readouts of its rows, accepted tokens and candidates [row × projection]; a row that
 *     resumed has none, as they are known
 * @param next the likeliest next tokens after each row that requested them, in the order of the
 *     rows
 */
public record StepOutput(float[][] readouts, List<NextTokens> next) {
  public StepOutput {
    next = List.copyOf(next);
  }
}
