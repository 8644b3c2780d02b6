/**
 * Bradley–Terry training of reward heads on a frozen backbone (paper, Eq. 4): pairs, features, fit,
 * calibration, evaluation. The problem is convex, so it is solved on plain arrays; the backbone is
 * the only thing here that runs a network.
 */
package dev.panda.reward.training;
