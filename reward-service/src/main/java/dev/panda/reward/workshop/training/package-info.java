/**
 * Bradley–Terry training of reward models (paper, Eq. 4): readout search, fit, training of the
 * backbone, calibration, guides and judges. On a frozen backbone the problem is convex, and this
 * package solves it on plain arrays.
 */
package dev.panda.reward.workshop.training;
