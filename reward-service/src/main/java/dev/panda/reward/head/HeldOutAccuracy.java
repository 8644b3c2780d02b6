package dev.panda.reward.head;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * Share of held-out pairs whose chosen response has the larger reward.
 *
 * @param percent share of each response's tokens that was scored; 100 for whole responses
 * @param accuracy 0 to 1
 */
public record HeldOutAccuracy(
    @JsonProperty(required = true) int percent, @JsonProperty(required = true) double accuracy) {
  public HeldOutAccuracy {
    if (percent < 1 || percent > 100) {
      throw new IllegalArgumentException("percent: " + percent + " (expected: 1 to 100)");
    }
    if (!(accuracy >= 0 && accuracy <= 1)) {
      throw new IllegalArgumentException("accuracy: " + accuracy + " (expected: 0 to 1)");
    }
  }
}
