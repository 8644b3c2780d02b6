package dev.panda.transformer.reward;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Locale;

/** The trained parts of a reward model. */
public enum TrainingMethod {
  /** Only the head, on a frozen backbone. */
  @JsonProperty("head")
  HEAD,
  /** The head and low-rank adapters of the backbone. */
  @JsonProperty("low-rank")
  LOW_RANK,
  /** The head and all weights of the backbone up to the layer that the head reads. */
  @JsonProperty("full")
  FULL;

  /** The name in cards and commands, such as {@code low-rank}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
