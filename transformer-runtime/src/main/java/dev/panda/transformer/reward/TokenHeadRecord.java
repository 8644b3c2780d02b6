package dev.panda.transformer.reward;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * How a token head was made, and how well it replaces the head that it was distilled from.
 *
 * @param teacher preference of the reward model that it was distilled from
 * @param layer the block after which the state of the token before a candidate is read, from 1
 * @param rank of the bilinear form; the backbone reads one projection more, shared by all tokens
 * @param data name of the file of responses
 * @param sha256 of the file's bytes, in hexadecimal
 * @param licence of the responses
 * @param steps number of training steps, each with the token that came next
 * @param heldOutSteps number of steps, from other prompts, that it was evaluated on
 * @param candidates number of candidates of a held-out step, the backbone's likeliest
 * @param rankAgreement mean over held-out steps of Spearman's correlation of estimated and true
 *     terms
 * @param sameBest share of held-out steps whose best candidate by the estimates is truly a best one
 * @param explained explained share of the variance of held-out terms within a step
 * @param backboneFingerprint SHA-256 of the backbone's weights, in hexadecimal
 * @param numerics format of the backbone's weights during distillation
 * @param seed of every random choice
 * @param command that reproduces it, with files named without their folders
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
