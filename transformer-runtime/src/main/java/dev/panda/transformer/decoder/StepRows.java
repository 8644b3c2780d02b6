package dev.panda.transformer.decoder;

import java.util.List;
import java.util.stream.LongStream;

/**
 * The rows of a step: the new tokens of all sequences, one after another.
 *
 * @param ids token ids [N]
 * @param positions of the tokens in their sequences; a sequence's candidates share one position [N]
 * @param headRows rows that request next tokens [M]
 * @param past tokens before the step, one for each sequence
 * @param accepted new accepted tokens, one for each sequence
 * @param candidates candidates, one for each sequence
 */
record StepRows(
    long[] ids,
    long[] positions,
    long[] headRows,
    long[] past,
    long[] accepted,
    long[] candidates) {

  /**
   * @throws IllegalArgumentException if a token is not in the vocabulary, or a sequence has no new
   *     token, has no room for it, or exceeds the context
   */
  static StepRows of(List<StepInput> inputs, int vocabSize, int contextLength) {
    LongStream.Builder ids = LongStream.builder();
    LongStream.Builder positions = LongStream.builder();
    LongStream.Builder headRows = LongStream.builder();
    int row = 0;
    for (StepInput input : inputs) {
      check(input, vocabSize, contextLength);
      int position = input.past();
      for (int id : input.accepted()) {
        ids.add(id);
        positions.add(position++);
      }
      for (int id : input.candidates()) {
        ids.add(id);
        positions.add(position);
      }
      if (input.wantsNext()) {
        headRows.add(row + input.accepted().length - 1);
      }
      row += input.rows();
    }
    return new StepRows(
        ids.build().toArray(),
        positions.build().toArray(),
        headRows.build().toArray(),
        inputs.stream().mapToLong(StepInput::past).toArray(),
        inputs.stream().mapToLong(input -> input.accepted().length).toArray(),
        inputs.stream().mapToLong(input -> input.candidates().length).toArray());
  }

  private static void check(StepInput input, int vocabSize, int contextLength) {
    checkTokens(input.accepted(), vocabSize);
    checkTokens(input.candidates(), vocabSize);
    int length = input.past() + input.accepted().length;
    int longest = length + Math.min(1, input.candidates().length);
    if (input.past() < 0 || input.rows() == 0 || longest > contextLength) {
      throw new IllegalArgumentException(
          "tokens: %d after %d (expected: at least one, and at most %d in all)"
              .formatted(input.rows(), input.past(), contextLength));
    }
    if (length + input.candidates().length > input.cache().room()) {
      throw new IllegalArgumentException(
          "tokens: %d after %d (expected: to fit in a cache of %d)"
              .formatted(input.rows(), input.past(), input.cache().room()));
    }
    if (input.wantsNext() && input.accepted().length == 0) {
      throw new IllegalArgumentException(
          "accepted: none (expected: at least one, because next tokens are requested)");
    }
  }

  static void checkTokens(int[] tokens, int vocabSize) {
    for (int token : tokens) {
      if (token < 0 || token >= vocabSize) {
        throw new IllegalArgumentException(
            "token id: %d (expected: 0 to %d)".formatted(token, vocabSize - 1));
      }
    }
  }
}
