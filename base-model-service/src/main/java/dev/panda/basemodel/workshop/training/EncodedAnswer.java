package dev.panda.basemodel.workshop.training;

import dev.panda.transformer.decoder.TrainableDecoder;
import java.util.Arrays;

/**
 * A prompt and its answer, in tokens.
 *
 * @param tokens prompt and response, and the end token if the response is whole
 * @param start index of the response's first token, at least 1
 */
record EncodedAnswer(int[] tokens, int start) {

  /** Number of tokens that the model reads: all except the last. */
  int length() {
    return tokens.length - 1;
  }

  /** Number of tokens to learn. */
  int targets() {
    return tokens.length - start;
  }

  /**
   * * The token ids that the model reads.
   *
   * @param width length of the row, which is padded on the right
   */
  long[] ids(int width) {
    long[] ids = new long[width];
    for (int i = 0; i < length(); i++) {
      ids[i] = tokens[i];
    }
    return ids;
  }

  /** The token that should follow each token that the model reads; none within the prompt. */
  long[] targets(int width) {
    long[] targets = new long[width];
    Arrays.fill(targets, TrainableDecoder.NO_TARGET);
    for (int i = start - 1; i < length(); i++) {
      targets[i] = tokens[i + 1];
    }
    return targets;
  }
}
