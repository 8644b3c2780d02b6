/**
 * Weights learned on top of a checkpoint: low-rank adapters in PEFT's files, or tensors that
 * replace the checkpoint's own.
 */
package dev.panda.transformer.checkpoint.adapter;
