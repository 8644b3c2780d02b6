/**
 * Reward models: their files, and the computation of rewards from the hidden states of a response's
 * tokens. Works on plain arrays; knows neither gRPC nor the engine.
 */
package dev.panda.transformer.reward;
