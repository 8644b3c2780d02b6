package dev.panda.transformer.reward;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * The share of pairs whose chosen response has the higher score; a tie counts half.
 *
 * @param value 0 to 1
 * @param low lower end of the 95 % interval, from a bootstrap over prompts
 * @param high upper end of the interval
 */
public record Accuracy(
    @JsonProperty(required = true) double value,
    @JsonProperty(required = true) double low,
    @JsonProperty(required = true) double high) {
  public Accuracy {
    if (!(low >= 0 && low <= high && high <= 1 && value >= 0 && value <= 1)) {
      throw new IllegalArgumentException(
          "accuracy: %s in [%s, %s] (expected: 0 to 1, low at most high)"
              .formatted(value, low, high));
    }
  }
}
