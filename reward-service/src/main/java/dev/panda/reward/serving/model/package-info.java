/** The backbone and the preferences that are served; knows nothing of gRPC. */
package dev.panda.reward.serving.model;
