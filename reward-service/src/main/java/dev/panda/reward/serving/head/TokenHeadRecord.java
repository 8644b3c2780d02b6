package dev.panda.reward.serving.head;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * A token head, and how well it stands for the head that it was distilled from.
 *
 * @param teacher preference that it was distilled from
 * @param layer the block after which the state of the token before a candidate is read, from 1
 * @param rank of the bilinear form; one number more is read, for all tokens alike
 * @param data file that the responses are from, its name
 * @param sha256 of its bytes, in hexadecimal
 * @param licence of the responses
 * @param steps number of steps learned from, each with the token that came next
 * @param heldOutSteps number of steps of other prompts that it was measured on
 * @param candidates of a held-out step: the likeliest by the backbone
 * @param rankAgreement mean over held-out steps of Spearman's correlation of estimated and true
 *     terms
 * @param sameBest share of held-out steps of which the best candidate by the estimates is a best
 *     one
 * @param explained share of the variance of held-out terms within a step that is explained
 * @param backboneFingerprint SHA-256 of the backbone's weights, in hexadecimal
 * @param numerics format of the backbone's weights while it was distilled
 * @param seed of every random choice
 * @param command that makes it again, files without their folders
 */
public record TokenHeadRecord(
    @JsonProperty(required = true) String teacher,
    @JsonProperty(required = true) int layer,
    @JsonProperty(required = true) int rank,
    @JsonProperty(required = true) String data,
    @JsonProperty(required = true) String sha256,
    @JsonProperty(required = true) String licence,
    @JsonProperty(required = true) int steps,
    @JsonProperty(required = true) int heldOutSteps,
    @JsonProperty(required = true) int candidates,
    @JsonProperty(required = true) double rankAgreement,
    @JsonProperty(required = true) double sameBest,
    @JsonProperty(required = true) double explained,
    @JsonProperty(required = true) String backboneFingerprint,
    @JsonProperty(required = true) String numerics,
    @JsonProperty(required = true) long seed,
    @JsonProperty(required = true) String command) {
  public TokenHeadRecord {
    if (layer < 1) {
      throw new IllegalArgumentException("layer: " + layer + " (expected: >= 1)");
    }
  }
}
