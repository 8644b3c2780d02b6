/**
 * Reward models: their files, and how the hidden states of a response's tokens become a reward.
 * Plain arrays; knows no gRPC and no engine.
 */
package dev.panda.reward.serving.head;
