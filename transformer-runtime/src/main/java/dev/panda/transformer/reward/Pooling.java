package dev.panda.transformer.reward;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * How to combine the terms of a response's tokens into one reward. The term of a token with hidden
 * state h is w · h + b.
 */
public enum Pooling {
  /** The term of the last token. */
  @JsonProperty("last")
  LAST,
  /** The mean of the terms of all tokens. */
  @JsonProperty("mean")
  MEAN,
  /** The last token's term in that mean; for a candidate, the term that it adds. */
  @JsonProperty("increment")
  INCREMENT;

  /** Whether a head trained for one pooling suits the other: an increment is a term of a mean. */
  public boolean readsLike(Pooling other) {
    return (this == LAST) == (other == LAST);
  }
}
