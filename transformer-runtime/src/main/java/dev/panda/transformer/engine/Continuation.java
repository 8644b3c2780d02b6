package dev.panda.transformer.engine;

import java.util.Optional;

/**
 * How a sequence of a language model goes on.
 *
 * @param kept number of first tokens of the last draft that are accepted, before {@code accepted};
 *     at most as many as the last advance had steps for
 * @param accepted token ids to append after these, at least one
 * @param draft token ids that are likely to be accepted next. The engine computes the steps behind
 *     as many of the first ones as cost little
 * @param k number of likeliest next tokens to return of each step, at least 1
 * @param guided which of the next tokens are evaluated as candidates; empty for none
 */
public record Continuation(
    int kept, int[] accepted, int[] draft, int k, Optional<Guidance> guided) {
  private static final int[] NONE = {};

  /** Tokens without a draft. */
  public Continuation(int[] accepted, int k, Optional<Guidance> guided) {
    this(0, accepted, NONE, k, guided);
  }
}
