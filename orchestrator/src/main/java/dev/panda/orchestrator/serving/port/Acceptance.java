package dev.panda.orchestrator.serving.port;

/**
 * The tokens that a response takes at a step.
 *
 * @param drafted number of first tokens of the last draft that are accepted before {@code token};
 *     at most as many as had steps
 * @param token token id
 * @param within as {@link CandidateRequest#within}, for the next step and those of the draft
 * @param draft token ids that are expected next; their steps may come with the next one
 */
public record Acceptance(int drafted, int token, double within, int[] draft) {}
