package dev.panda.basemodel.workshop.training;

/**
 * What was measured after an update.
 *
 * @param trainingLoss mean of the updates since the last measurement, before each of them, in nats
 *     a token
 * @param heldOutLoss in nats a token; NaN where nothing is held out
 */
record Measurement(long update, double trainingLoss, double heldOutLoss) {}
