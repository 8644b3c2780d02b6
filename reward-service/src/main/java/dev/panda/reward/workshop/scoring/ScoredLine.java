package dev.panda.reward.workshop.scoring;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * A line whose responses are scored.
 *
 * @param object as it was read
 */
public record ScoredLine(ObjectNode object, List<Response> responses) {

  /**
   * A response of the line.
   *
   * @param rewardsField where its rewards go
   * @param tokens prompt and response
   * @param start first token of the response
   */
  public record Response(String rewardsField, int[] tokens, int start) {}
}
