package dev.panda.basemodel.workshop.training;

import java.util.List;

/**
 * Answers to learn from in one update.
 *
 * @param ids token ids [B, T], padded on the right
 * @param targets the token that should follow each id [B, T]
 * @param tokens number of token ids, without padding
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
