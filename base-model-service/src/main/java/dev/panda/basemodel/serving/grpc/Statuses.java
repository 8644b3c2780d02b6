package dev.panda.basemodel.serving.grpc;

import dev.panda.transformer.grpc.StatusMapping;

/** How this service's failures are told to its clients. */
final class Statuses {
  static final StatusMapping MAPPING = new StatusMapping("basemodel.panda.dev");

  private Statuses() {}
}
