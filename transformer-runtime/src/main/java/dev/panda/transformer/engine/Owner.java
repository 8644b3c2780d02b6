package dev.panda.transformer.engine;

/**
 * Who opens sequences, such as a connection. Owners share the cache fairly.
 *
 * @param identity equal for the same owner
 * @param mostTokens number of tokens that the owner may reserve; one sequence may be larger if the
 *     owner has no other
 */
public record Owner(Object identity, int mostTokens) {

  /** Those who open sequences for themselves alone. */
  public static final Owner ANYONE = new Owner("anyone", Integer.MAX_VALUE);
}
