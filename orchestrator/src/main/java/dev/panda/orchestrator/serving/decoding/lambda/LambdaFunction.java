package dev.panda.orchestrator.serving.decoding.lambda;

/** One function λ_m of the candidate set Λ. Pure: the same context gives the same value. */
public interface LambdaFunction {
  /** λ(x, t), a finite number unless its parameters overflow. */
  double value(LambdaContext context);

  /**
   * Whether the value depends on the candidates' rewards. It can't be known before all of them are
   * scored then, so that no candidate can be pruned.
   */
  default boolean dependsOnRewards() {
    return false;
  }

  /**
   * Whether the value depends on anything of its step but t and T. It can't be known before the
   * step's candidates then.
   */
  default boolean dependsOnCandidates() {
    return dependsOnRewards();
  }
}
