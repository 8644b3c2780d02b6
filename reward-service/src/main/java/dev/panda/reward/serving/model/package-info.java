/** The backbone and the reward models that a service serves. This package does not know gRPC. */
package dev.panda.reward.serving.model;
