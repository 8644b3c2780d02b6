package dev.panda.transformer.reward;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * Accuracy on held-out pairs, with both responses cut to the same share of their tokens.
 *
 * @param percent the share; 100 for whole responses
 * @param head accuracy of the reward model
 * @param bagOfWords accuracy of logistic regression on words and word pairs, trained on the same
 *     pairs
 * @param wordCount accuracy of preferring more words, or fewer, whichever was better on the
 *     training pairs
 */
public record HeldOutAccuracy(
    @JsonProperty(required = true) int percent,
    @JsonProperty(required = true) Accuracy head,
    @JsonProperty(required = true) Accuracy bagOfWords,
    @JsonProperty(required = true) Accuracy wordCount) {
  public HeldOutAccuracy {
    if (percent < 1 || percent > 100) {
      throw new IllegalArgumentException("percent: " + percent + " (expected: 1 to 100)");
    }
  }
}
