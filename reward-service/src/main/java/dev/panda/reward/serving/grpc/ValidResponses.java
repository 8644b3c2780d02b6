package dev.panda.reward.serving.grpc;

import dev.panda.transformer.reward.ScoreUnit;
import java.util.List;

/**
 * Finished responses to one prompt, within all bounds.
 *
 * @param prompt token ids, at least one
 * @param responses token ids of each; one may be empty
 * @param preferences indices of the reward models, all different
 */
record ValidResponses(int[] prompt, List<int[]> responses, int[] preferences, ScoreUnit unit) {}
