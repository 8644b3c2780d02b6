package dev.panda.reward.workshop.scoring;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * A line with responses to score.
 *
 * @param object the line as read
 */
public record ScoredLine(ObjectNode object, List<Response> responses) {

  /**
   * A response of the line.
   *
   * @param rewardsField name of the field for its rewards
   * @param tokens prompt and response
   * @param start first token of the response
   */
  public record Response(String rewardsField, int[] tokens, int start) {}
}
