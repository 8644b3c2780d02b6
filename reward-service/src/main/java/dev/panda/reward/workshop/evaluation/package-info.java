/**
 * Evaluation of reward models on pairs of whole and cut responses: accuracies with intervals by
 * prompt, calibration, correlation, and baselines.
 */
package dev.panda.reward.workshop.evaluation;
