package dev.panda.orchestrator.workshop.services;

/**
 * One service of those that are started together.
 *
 * @param name {@code base-model}, {@code reward}, {@code reward-PREFERENCE} or {@code orchestrator}
 * @param port of its gRPC server
 * @param healthPort of its HTTP server, which answers for its health
 */
record Service(String name, int port, int healthPort) {
  static final String BASE_MODEL = "base-model";
  static final String REWARD = "reward";
  static final String ORCHESTRATOR = "orchestrator";
  static final String HOST = "127.0.0.1";

  /** The name of the service that serves one preference alone, beside {@code reward}. */
  static String ofPreference(String preference) {
    return REWARD + "-" + preference;
  }

  boolean rewards() {
    return name.startsWith(REWARD);
  }

  /** Whether it loads a model's weights. */
  boolean hasModel() {
    return !name.equals(ORCHESTRATOR);
  }

  /** The Maven module that holds its package. */
  String module() {
    if (rewards()) {
      return "reward-service";
    }
    return name.equals(BASE_MODEL) ? "base-model-service" : name;
  }

  String address() {
    return HOST + ":" + port;
  }
}
