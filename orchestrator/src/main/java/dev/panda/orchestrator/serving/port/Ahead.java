package dev.panda.orchestrator.serving.port;

/**
 * How much of a sequence a base model computes before it is accepted.
 *
 * @param draft largest number of tokens of a draft
 * @param foreseen largest number of candidates whose next steps are computed while one of them is
 *     chosen
 */
public record Ahead(int draft, int foreseen) {
  public static final Ahead NOTHING = new Ahead(0, 0);
}
