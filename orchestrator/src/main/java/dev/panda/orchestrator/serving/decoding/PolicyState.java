package dev.panda.orchestrator.serving.decoding;

/**
 * The state that a policy carries from one step to the next. With the accepted tokens it is all
 * that a response needs to go on elsewhere.
 *
 * @param draws numbers taken from the policy's generator so far, not negative
 */
public record PolicyState(long draws) {
  /** The state of a policy at its start. A policy that does not draw always has it. */
  public static final PolicyState START = new PolicyState(0);

  public PolicyState {
    if (draws < 0) {
      throw new IllegalArgumentException("draws: " + draws + " (expected: 0 or more)");
    }
  }
}
