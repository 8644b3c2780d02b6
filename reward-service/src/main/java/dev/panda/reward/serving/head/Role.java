package dev.panda.reward.serving.head;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What one of two reward models of a preference is for. */
public enum Role {
  /** To steer what is decoded. */
  @JsonProperty("guide")
  GUIDE,
  /** To say what was gained where the other steered. */
  @JsonProperty("judge")
  JUDGE
}
