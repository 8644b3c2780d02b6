package dev.panda.orchestrator.serving.generation;

import dev.panda.orchestrator.serving.decoding.PolicyState;
import java.util.List;

/**
 * How far a response has come: with its plan, all that is needed to go on elsewhere.
 *
 * @param accepted tokens in order
 * @param policy what the policy carries to the next step
 */
record ResponseState(List<GeneratedToken> accepted, PolicyState policy) {
  static final ResponseState START = new ResponseState(List.of(), PolicyState.START);

  ResponseState {
    accepted = List.copyOf(accepted);
  }

  int[] acceptedIds() {
    return accepted.stream().mapToInt(GeneratedToken::id).toArray();
  }

  /** The accepted tokens but the last, which the step that follows hands to the reward models. */
  int[] acceptedIdsButLast() {
    return accepted.stream()
        .limit(Math.max(0, accepted.size() - 1))
        .mapToInt(GeneratedToken::id)
        .toArray();
  }
}
