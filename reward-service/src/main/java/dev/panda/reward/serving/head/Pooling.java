package dev.panda.reward.serving.head;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * How the terms of a response's tokens become one reward. The term of a token with hidden state h
 * is w · h + b.
 */
public enum Pooling {
  /** The term of the last token. */
  @JsonProperty("last")
  LAST,
  /** The mean of the terms of all tokens. */
  @JsonProperty("mean")
  MEAN,
  /** The last token's own term of that mean; of a candidate, what it adds. */
  @JsonProperty("increment")
  INCREMENT;

  /** Whether a head fit for one of them is fit for the other: an increment is a term of a mean. */
  public boolean readsLike(Pooling other) {
    return (this == LAST) == (other == LAST);
  }
}
