/**
 * The functions λ(x, t) that say how hard the reward pulls at a step (paper, Section 3 and
 * Algorithm 1, line 3).
 */
package dev.panda.orchestrator.serving.decoding.lambda;
