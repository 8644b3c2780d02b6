package dev.panda.orchestrator.workshop.answers;

import com.fasterxml.jackson.databind.JsonNode;
import dev.panda.orchestrator.workshop.cli.CommandFailure;
import dev.panda.orchestrator.workshop.evaluation.Readability;
import dev.panda.orchestrator.workshop.evaluation.Repetition;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The figures by which answers are compared.
 *
 * @param grade Flesch–Kincaid grade
 * @param repetition share of 3-grams of words that appeared before
 * @param rewards normalised rewards by preference; empty if `score` did not add any
 */
record AnswerFigures(int words, double grade, double repetition, Map<String, Double> rewards) {
  private static final int NGRAM = 3;

  /**
   * Reads the figures of a line; empty if its response has no words.
   *
   * @throws CommandFailure if the line has no response, or rewards that `score` did not write
   */
  static Optional<AnswerFigures> of(JsonLines.Line line) {
    String text = line.text("response");
    Readability readability = Readability.of(text);
    if (readability.grade().isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new AnswerFigures(
            readability.words(),
            readability.grade().getAsDouble(),
            Repetition.of(text).exact(NGRAM).orElse(0) / 100,
            rewards(line)));
  }

  private static Map<String, Double> rewards(JsonLines.Line line) {
    Map<String, Double> rewards = new TreeMap<>();
    for (Map.Entry<String, JsonNode> reward : line.object().path("rewards").properties()) {
      JsonNode normalised = reward.getValue().path("normalised");
      if (!normalised.isNumber()) {
        throw line.malformed("rewards", "what `score` writes");
      }
      rewards.put(reward.getKey(), normalised.asDouble());
    }
    return rewards;
  }
}
