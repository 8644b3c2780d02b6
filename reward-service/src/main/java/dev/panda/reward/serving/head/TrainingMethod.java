package dev.panda.reward.serving.head;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Locale;

/** What of a reward model was trained. */
public enum TrainingMethod {
  /** The head alone, on a backbone that stays as it is. */
  @JsonProperty("head")
  HEAD,
  /** The head, and low-rank adapters of the backbone. */
  @JsonProperty("low-rank")
  LOW_RANK,
  /** The head, and all weights of the backbone up to the layer that is read. */
  @JsonProperty("full")
  FULL;

  /** The name in cards and commands, such as {@code low-rank}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
