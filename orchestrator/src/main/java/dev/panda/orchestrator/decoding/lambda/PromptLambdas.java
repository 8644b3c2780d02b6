package dev.panda.orchestrator.decoding.lambda;

import java.util.List;

/**
 * Gives the candidate set Λ of a prompt (paper, Algorithm 1, line 3). A learned λ is an
 * implementation that predicts a strength from the prompt's features and returns it in several
 * shapes.
 */
@FunctionalInterface
public interface PromptLambdas {
  /**
   * Λ for one prompt, at least one function.
   *
   * @param promptFeatures what is known of the prompt x [feature]
   */
  List<LambdaFunction> forPrompt(double[] promptFeatures);
}
