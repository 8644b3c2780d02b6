/**
 * Supervised fine-tuning (paper, Eq. 1) of a small decoder from scratch: this package reads,
 * encodes and batches answers, trains on them, and writes a model folder. It does not know gRPC.
 */
package dev.panda.basemodel.workshop.training;
