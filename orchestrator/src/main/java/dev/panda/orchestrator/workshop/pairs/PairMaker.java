package dev.panda.orchestrator.workshop.pairs;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * Makes pairs of answers to one prompt, ranked by their scores.
 *
 * <p>The two scores of a pair differ by {@code minGap} or more. The two lengths in characters
 * differ by at most {@code lengthTolerance} of the longer one, so that length is no clue. Pairs are
 * taken in turn: one in which the chosen answer has more words, then one in which it has fewer, as
 * long as there are both; apart from that the order is random. The draw depends on the answers and
 * {@code seed}, but not on the order of the answers.
 *
 * @param higherIsChosen whether the answer with the higher score is chosen
 * @param minGap least difference of the two scores, above 0
 * @param lengthTolerance largest difference of the two lengths, as a share of the longer one; 1
 *     allows any
 * @param maxUses largest number of pairs in which an answer is used
 * @param maxPairs largest number of pairs of a prompt
 * @param seed of the draw among pairs
 */
record PairMaker(
    boolean higherIsChosen,
    double minGap,
    double lengthTolerance,
    int maxUses,
    int maxPairs,
    long seed) {

  /**
   * The pairs of one prompt.
   *
   * @param nearTies number of pairs whose scores differ too little
   * @param differingLengths number of pairs whose scores differ enough but whose lengths differ too
   *     much
   */
  record Made(List<Pair> pairs, long nearTies, long differingLengths) {}

  /** Makes pairs of one prompt's answers. Leaves out texts that have several scores. */
  Made pairs(Collection<ScoredAnswer> answers) {
    List<ScoredAnswer> ranked = ranked(answers);
    List<Pair> all = new ArrayList<>();
    for (int i = 0; i < ranked.size(); i++) {
      for (int j = i + 1; j < ranked.size(); j++) {
        all.add(new Pair(ranked.get(i), ranked.get(j)));
      }
    }
    List<Pair> apart = all.stream().filter(pair -> pair.scoreGap() >= minGap).toList();
    List<Pair> eligible =
        apart.stream().filter(pair -> pair.lengthGap() <= lengthTolerance).toList();
    return new Made(
        take(inTurn(eligible, new Random(seed ^ texts(ranked).hashCode()))),
        all.size() - apart.size(),
        apart.size() - eligible.size());
  }

  /** Each text once, the preferred ones first. */
  private List<ScoredAnswer> ranked(Collection<ScoredAnswer> answers) {
    Map<String, ScoredAnswer> byText = new TreeMap<>();
    List<String> ambiguous = new ArrayList<>();
    for (ScoredAnswer answer : answers) {
      ScoredAnswer before = byText.putIfAbsent(answer.text(), answer);
      if (before != null && before.score() != answer.score()) {
        ambiguous.add(answer.text());
      }
    }
    ambiguous.forEach(byText::remove);
    Comparator<ScoredAnswer> byScore = Comparator.comparingDouble(ScoredAnswer::score);
    return byText.values().stream().sorted(higherIsChosen ? byScore.reversed() : byScore).toList();
  }

  private static List<String> texts(List<ScoredAnswer> answers) {
    return answers.stream().map(ScoredAnswer::text).toList();
  }

  private static List<Pair> inTurn(List<Pair> pairs, Random random) {
    List<Pair> more = new ArrayList<>();
    List<Pair> fewer = new ArrayList<>();
    pairs.forEach(pair -> (pair.chosenHasMoreWords() ? more : fewer).add(pair));
    Collections.shuffle(more, random);
    Collections.shuffle(fewer, random);
    List<Pair> turns = new ArrayList<>();
    for (int i = 0; i < Math.max(more.size(), fewer.size()); i++) {
      if (i < more.size()) {
        turns.add(more.get(i));
      }
      if (i < fewer.size()) {
        turns.add(fewer.get(i));
      }
    }
    return turns;
  }

  private List<Pair> take(List<Pair> turns) {
    Map<ScoredAnswer, Integer> uses = new HashMap<>();
    List<Pair> taken = new ArrayList<>();
    for (Pair pair : turns) {
      boolean free =
          uses.getOrDefault(pair.chosen(), 0) < maxUses
              && uses.getOrDefault(pair.rejected(), 0) < maxUses;
      if (free && taken.size() < maxPairs) {
        uses.merge(pair.chosen(), 1, Integer::sum);
        uses.merge(pair.rejected(), 1, Integer::sum);
        taken.add(pair);
      }
    }
    return taken;
  }
}
