package dev.panda.orchestrator.serving.generation;

/** How tokens are chosen. */
public enum DecodingMethod {
  /** Algorithm 1. */
  PANDA(true, false),
  /** Lemma 1, by drawing. */
  PANDA_STOCHASTIC(true, true),
  /** The base model's likeliest token. */
  GREEDY(false, false),
  /** Draws from the base model's distribution. */
  SAMPLING(false, true),
  ARGS_GREEDY(true, false),
  ARGS_STOCHASTIC(true, true),
  /** Samples responses and keeps the one with the best reward. */
  BEST_OF_N(true, true);

  private final boolean needsPreferences;
  private final boolean draws;

  DecodingMethod(boolean needsPreferences, boolean draws) {
    this.needsPreferences = needsPreferences;
    this.draws = draws;
  }

  public boolean needsPreferences() {
    return needsPreferences;
  }

  /** Whether it needs a seed. */
  public boolean draws() {
    return draws;
  }

  /** Whether it uses a Λ. */
  public boolean usesLambdas() {
    return this == PANDA || this == PANDA_STOCHASTIC;
  }

  /** Whether its tokens are guided by rewards; best-of-N looks at whole responses alone. */
  boolean isGuided() {
    return needsPreferences && this != BEST_OF_N;
  }

  /** Whether it is one of the ARGS baselines. */
  public boolean isArgs() {
    return this == ARGS_GREEDY || this == ARGS_STOCHASTIC;
  }

  /** Whether it draws from the base model alone. */
  public boolean samples() {
    return this == SAMPLING || this == BEST_OF_N;
  }
}
