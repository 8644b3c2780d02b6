package dev.panda.reward.head;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/**
 * How a reward model was made.
 *
 * @param data what it was trained on, for people
 * @param licence of the data
 * @param pairs number of training pairs
 * @param prompts number of different prompts among them
 * @param accuracies on pairs of prompts that were not trained on
 * @param command that makes it again
 */
public record TrainingRecord(
    @JsonProperty(required = true) String data,
    @JsonProperty(required = true) String licence,
    @JsonProperty(required = true) int pairs,
    @JsonProperty(required = true) int prompts,
    @JsonProperty(required = true) long seed,
    @JsonProperty(required = true) List<HeldOutAccuracy> accuracies,
    @JsonProperty(required = true) String command) {
  public TrainingRecord {
    if (pairs < 1) {
      throw new IllegalArgumentException("pairs: " + pairs + " (expected: >= 1)");
    }
    if (prompts < 1) {
      throw new IllegalArgumentException("prompts: " + prompts + " (expected: >= 1)");
    }
    accuracies = List.copyOf(accuracies);
  }
}
