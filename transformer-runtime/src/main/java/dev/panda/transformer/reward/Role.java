package dev.panda.transformer.reward;

import com.fasterxml.jackson.annotation.JsonProperty;

/** The purpose of one of two reward models of a preference. */
public enum Role {
  /** Steers decoding. */
  @JsonProperty("guide")
  GUIDE,
  /** Measures the gain from the guide's steering. */
  @JsonProperty("judge")
  JUDGE
}
