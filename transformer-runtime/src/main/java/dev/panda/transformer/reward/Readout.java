package dev.panda.transformer.reward;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Optional;

/**
 * Where and how a reward is read.
 *
 * @param layer the block after which hidden states are read, from 1; the final norm is applied only
 *     after the last block
 * @param clip bounds of a token's term, and with {@link Pooling#LAST} of the whole raw reward
 */
public record Readout(
    @JsonProperty(required = true) int layer,
    @JsonProperty(required = true) Pooling pooling,
    Optional<Clip> clip) {
  public Readout {
    if (layer < 1) {
      throw new IllegalArgumentException("layer: " + layer + " (expected: >= 1)");
    }
  }

  /** The term of a token, in raw units, from its w · h + b. */
  public double term(double value) {
    return clip.isPresent() ? clip.get().apply(value) : value;
  }
}
