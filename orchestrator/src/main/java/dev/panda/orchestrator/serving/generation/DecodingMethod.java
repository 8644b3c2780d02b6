package dev.panda.orchestrator.serving.generation;

/** How tokens are chosen. */
public enum DecodingMethod {
  /** Algorithm 1. */
  PANDA(true, false),
  /** Draws from the distribution of Lemma 1. */
  PANDA_STOCHASTIC(true, true),
  /** Takes the base model's likeliest token. */
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

  /** Whether the method draws, and so needs a seed. */
  public boolean draws() {
    return draws;
  }

  /** Whether the method uses a Λ. */
  public boolean usesLambdas() {
    return this == PANDA || this == PANDA_STOCHASTIC;
  }

  /** Whether rewards guide the tokens. Best-of-N compares whole responses only. */
  boolean isGuided() {
    return needsPreferences && this != BEST_OF_N;
  }

  /** Whether the method is one of the ARGS baselines. */
  public boolean isArgs() {
    return this == ARGS_GREEDY || this == ARGS_STOCHASTIC;
  }

  /** Whether the method draws from the base model alone. */
  public boolean samples() {
    return this == SAMPLING || this == BEST_OF_N;
  }
}
