package dev.panda.basemodel.workshop.training;

import java.util.List;

/**
 * Answers that are learned at once.
 *
 * @param ids token ids [B, T], padded on the right
 * @param targets what should follow each [B, T]
 * @param tokens number of token ids, without the padding
 * @param learned number of targets
 */
record Batch(long[][] ids, long[][] targets, int tokens, int learned) {

  static Batch of(List<EncodedAnswer> answers) {
    int width = answers.stream().mapToInt(EncodedAnswer::length).max().orElseThrow();
    return new Batch(
        answers.stream().map(answer -> answer.ids(width)).toArray(long[][]::new),
        answers.stream().map(answer -> answer.targets(width)).toArray(long[][]::new),
        answers.stream().mapToInt(EncodedAnswer::length).sum(),
        answers.stream().mapToInt(EncodedAnswer::targets).sum());
  }
}
