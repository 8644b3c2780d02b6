package dev.panda.reward.workshop.training;

import dev.panda.reward.workshop.features.TokenStates;
import dev.panda.reward.workshop.pairs.ResponseTokens;
import dev.panda.transformer.reward.RewardHead;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * Training responses whose tokens' states are kept when their features are read, so that a head
 * that is fitted later can be calibrated without a second pass over them.
 */
record CalibrationSample(List<ResponseTokens> responses, TokenStates states) {
  /** Enough responses for a mean and a standard deviation, which is then known to about 5 %. */
  static final int RESPONSES = 256;

  /** Limits the size of the states: six layers of 1536 numbers take 600 MB. */
  static final int TOKENS = 16_384;

  /** The first responses in the order of their hashes, until the limit of their number. */
  static List<ResponseTokens> draw(Collection<ResponseTokens> responses) {
    return responses.stream()
        .sorted(Comparator.comparing(ResponseTokens::key))
        .limit(RESPONSES)
        .toList();
  }

  /**
   * The first responses in the order of their hashes, at least one, until a limit of their number
   * or of their tokens.
   */
  static List<ResponseTokens> drawToKeep(Collection<ResponseTokens> responses) {
    List<ResponseTokens> kept = new ArrayList<>();
    long tokens = 0;
    for (ResponseTokens response : draw(responses)) {
      tokens += response.tokens().length - response.start();
      if (tokens > TOKENS && !kept.isEmpty()) {
        break;
      }
      kept.add(response);
    }
    return kept;
  }

  /** w · h of each token of the sample, by response. */
  List<float[]> terms(int layer, RewardHead head) {
    return responses.stream()
        .map(response -> states.terms(response, layer, head.weight()))
        .toList();
  }
}
