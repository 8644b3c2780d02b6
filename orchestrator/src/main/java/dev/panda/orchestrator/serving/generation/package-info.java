/**
 * One generation: the prompt's tokens, Algorithm 1 step by step across the two services, and what
 * is told of the response. The decisions themselves are the decoding core's.
 */
package dev.panda.orchestrator.serving.generation;
