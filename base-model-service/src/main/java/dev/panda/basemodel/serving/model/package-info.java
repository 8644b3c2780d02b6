/** The model that is served; knows nothing of gRPC. */
package dev.panda.basemodel.serving.model;
