package dev.panda.orchestrator.workshop.pairs;

import dev.panda.orchestrator.workshop.answers.Answer;
import dev.panda.orchestrator.workshop.evaluation.Repetition;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Says which answers may be in pairs.
 *
 * @param minWords fewest words
 * @param maxRepetition largest share of repeated 3-grams, in percent
 * @param leftOut pattern that must not be found in an answer
 */
record AnswerFilter(int minWords, double maxRepetition, Optional<Pattern> leftOut) {
  private static final int NGRAM = 3;

  boolean accepts(Answer answer) {
    return answer.words() >= Math.max(1, minWords)
        && Repetition.of(answer.text()).exact(NGRAM).orElse(0) <= maxRepetition
        && leftOut.stream().noneMatch(pattern -> pattern.matcher(answer.text()).find());
  }
}
