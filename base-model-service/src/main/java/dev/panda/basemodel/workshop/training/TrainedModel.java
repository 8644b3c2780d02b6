package dev.panda.basemodel.workshop.training;

import java.nio.file.Path;

/**
 * The result of a training.
 *
 * @param folder of the model
 * @param weights number of weights
 * @param bytes size of the folder
 * @param updates number of updates
 * @param trainingLoss of the last updates, in nats a token
 * @param heldOutLoss of the weights as written, in nats a token; NaN if nothing was held out
 */
public record TrainedModel(
    Path folder,
    long weights,
    long bytes,
    long updates,
    double seconds,
    double trainingLoss,
    double heldOutLoss) {}
