package dev.panda.answer;

/** The services that answer, as the {@code domain} of an {@code ErrorInfo} names them. */
public enum Domain {
  BASE_MODEL("basemodel"),
  REWARD("reward"),
  GENERATION("generation"),

  /** What every server has: health and reflection. */
  SERVER("server");

  private final String service;

  Domain(String service) {
    this.service = service;
  }

  /** The name on the wire, {@code <service>.panda.dev}. */
  @Override
  public String toString() {
    return service + ".panda.dev";
  }
}
