package dev.panda.orchestrator.serving.port;

/**
 * The rewards of a step.
 *
 * @param candidates rewards of the candidates [candidate × preference], the preference varying
 *     fastest
 * @param runningSums raw terms of the accepted tokens, summed [preference]
 * @param response rewards of the response as far as it is accepted [preference]
 */
public record StepRewards(double[] candidates, double[] runningSums, double[] response) {}
