package dev.panda.basemodel.workshop.training;

/**
 * A measurement after an update.
 *
 * @param trainingLoss mean loss of the updates since the last measurement, each before its update,
 *     in nats a token
 * @param heldOutLoss in nats a token; NaN if nothing is held out
 */
record Measurement(long update, double trainingLoss, double heldOutLoss) {}
