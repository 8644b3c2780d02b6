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

  /**
   * Whether a token's state is finite, as far as its read-outs tell: one projection may overflow by
   * itself, a state that is not finite spoils all.
   *
   * @param readouts of the token; none tell nothing
   */
  public static boolean isFinite(float[] readouts) {
    boolean finite = readouts.length == 0;
    for (float readout : readouts) {
      finite |= Float.isFinite(readout);
    }
    return finite;
  }
}
