/**
 * Bradley–Terry training of reward models (paper, Eq. 4): pairs, features, fit, training of the
 * backbone, calibration, evaluation. On a frozen backbone the problem is convex, and is solved on
 * plain arrays; the backbone is the only thing here that runs a network.
 */
package dev.panda.reward.training;
