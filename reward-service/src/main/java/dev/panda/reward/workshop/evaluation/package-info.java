/**
 * How well reward models tell pairs apart, whole and cut: accuracies with intervals by prompt,
 * calibration, correlation, and the baselines beside them.
 */
package dev.panda.reward.workshop.evaluation;
