package dev.panda.orchestrator.workshop.pairs;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.panda.orchestrator.workshop.ask.Conversation;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

/**
 * Pairs and the answers from which they were made.
 *
 * @param byPrompt in the order of the prompts
 */
record MadePairs(AnswerScoring scoring, Map<Conversation, PairMaker.Made> byPrompt) {

  static MadePairs of(AnswerScoring scoring, PairMaker maker) {
    Map<Conversation, PairMaker.Made> made = new LinkedHashMap<>();
    scoring.answers().forEach((prompt, answers) -> made.put(prompt, maker.pairs(answers)));
    return new MadePairs(scoring, made);
  }

  List<Pair> all() {
    return byPrompt.values().stream().flatMap(made -> made.pairs().stream()).toList();
  }

  private long promptsWithPairs() {
    return byPrompt.values().stream().filter(made -> !made.pairs().isEmpty()).count();
  }

  private long sum(ToLongFunction<PairMaker.Made> count) {
    return byPrompt.values().stream().mapToLong(count).sum();
  }

  private double mean(ToDoubleFunction<Pair> figure) {
    return all().stream().mapToDouble(figure).average().orElseThrow();
  }

  /** Sums up the pairs for people. */
  String summary(String unit) {
    return "%d pairs of %d prompts; mean %.1f chosen, %.1f rejected (%s).%nWhy not more: %s."
        .formatted(
            all().size(),
            promptsWithPairs(),
            mean(pair -> pair.chosen().score()),
            mean(pair -> pair.rejected().score()),
            unit,
            losses());
  }

  /** Says why there are not more pairs. */
  String losses() {
    return "%d of %d answers are left out, %d have no score; of the pairs, %d nearly tie (--min-gap), %d differ in length"
        .formatted(
            scoring.leftOut(),
            scoring.all(),
            scoring.withoutScore(),
            sum(PairMaker.Made::nearTies),
            sum(PairMaker.Made::differingLengths));
  }

  /** Says what to change to get more pairs. */
  String advice() {
    if (scoring.leftOut() == scoring.all()) {
      return "Answers are left out if they are short (--min-words), repeat themselves (--max-repetition), or match"
          + " --leave-out.";
    }
    if (sum(PairMaker.Made::differingLengths) > 0) {
      return "Raise --length-tolerance, or draw more answers to each prompt.";
    }
    return "Two answers to a prompt have to differ by the rule: draw more answers, use instructions that differ"
        + " more, or lower --min-gap.";
  }

  /** The figures for the record; there is at least one pair. */
  ObjectNode figures() {
    return JsonNodeFactory.instance
        .objectNode()
        .put("answers", scoring.all())
        .put("answers_left_out", scoring.leftOut())
        .put("answers_without_score", scoring.withoutScore())
        .put("prompts", byPrompt.size())
        .put("prompts_with_pairs", promptsWithPairs())
        .put("pairs", all().size())
        .put("near_ties", sum(PairMaker.Made::nearTies))
        .put("differing_lengths", sum(PairMaker.Made::differingLengths))
        .put("mean_score_chosen", mean(pair -> pair.chosen().score()))
        .put("mean_score_rejected", mean(pair -> pair.rejected().score()))
        .put("mean_words_chosen", mean(pair -> pair.chosen().words()))
        .put("mean_words_rejected", mean(pair -> pair.rejected().words()))
        .put("mean_characters_chosen", mean(pair -> pair.chosen().text().length()))
        .put("mean_characters_rejected", mean(pair -> pair.rejected().text().length()))
        .put("share_chosen_has_more_words", mean(pair -> pair.chosenHasMoreWords() ? 1 : 0));
  }
}
