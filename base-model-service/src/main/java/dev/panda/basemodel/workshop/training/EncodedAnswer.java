package dev.panda.basemodel.workshop.training;

import dev.panda.transformer.decoder.TrainableDecoder;
import java.util.Arrays;

/**
 * An answer behind its prompt, in tokens.
 *
 * @param tokens prompt, response, and the end token where the response is whole
 * @param start first token of the response, at least 1
 */
record EncodedAnswer(int[] tokens, int start) {

  /** Number of tokens that the model reads: all but the last. */
  int length() {
    return tokens.length - 1;
  }

  /** Number of tokens that are learned. */
  int targets() {
    return tokens.length - start;
  }

  /**
   * What the model reads.
   *
   * @param width length of the row; padded on the right
   */
  long[] ids(int width) {
    long[] ids = new long[width];
    for (int i = 0; i < length(); i++) {
      ids[i] = tokens[i];
    }
    return ids;
  }

  /** What should follow each token that the model reads; prompts are not learned. */
  long[] targets(int width) {
    long[] targets = new long[width];
    Arrays.fill(targets, TrainableDecoder.NO_TARGET);
    for (int i = start - 1; i < length(); i++) {
      targets[i] = tokens[i + 1];
    }
    return targets;
  }
}
