/**
 * Supervised fine-tuning (paper, Eq. 1) of a small decoder from scratch: answers read, encoded and
 * batched, learned, and written as a model folder. Knows nothing of gRPC.
 */
package dev.panda.basemodel.workshop.training;
