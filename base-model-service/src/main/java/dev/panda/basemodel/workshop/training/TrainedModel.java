package dev.panda.basemodel.workshop.training;

import java.nio.file.Path;

/**
 * A model that was made.
 *
 * @param folder where it is
 * @param weights number of them
 * @param bytes size of the folder
 * @param updates number of updates
 * @param trainingLoss of the last updates, in nats a token
 * @param heldOutLoss of the weights as written, in nats a token; NaN where nothing was held out
 */
public record TrainedModel(
    Path folder,
    long weights,
    long bytes,
    long updates,
    double seconds,
    double trainingLoss,
    double heldOutLoss) {}
