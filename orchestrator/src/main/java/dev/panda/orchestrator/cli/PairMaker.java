package dev.panda.orchestrator.cli;

import dev.panda.orchestrator.evaluation.Readability;
import dev.panda.orchestrator.evaluation.Repetition;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Makes pairs of answers to one prompt, ranked by readability grade.
 *
 * <p>A pair's grades differ by {@code minGap} or more, and its lengths in characters by at most
 * {@code lengthTolerance} of the longer one, so that length is no clue. Among such pairs those are
 * taken in turn where the chosen answer has more words and where it has fewer, as long as there are
 * both, in random order otherwise.
 *
 * @param easier whether the easier answer is the chosen one
 * @param minGap least difference of the two grades
 * @param lengthTolerance largest difference of the two lengths, as a share of the longer one
 * @param maxRepetition largest share of repeated 3-grams of an answer, in percent
 * @param minWords fewest words of an answer
 * @param maxUses most pairs that one answer is in
 * @param maxPairs most pairs of a prompt
 */
record PairMaker(
    boolean easier,
    double minGap,
    double lengthTolerance,
    double maxRepetition,
    int minWords,
    int maxUses,
    int maxPairs) {

  /** An answer and its readability. */
  record Graded(String text, int words, double grade) {}

  /** Two answers to one prompt. */
  record Pair(Graded chosen, Graded rejected) {
    boolean chosenHasMoreWords() {
      return chosen.words() > rejected.words();
    }
  }

  /** The answers that may be in pairs: each once, long enough, not repeating themselves. */
  List<Graded> grade(List<String> answers) {
    List<Graded> graded = new ArrayList<>();
    for (String answer : new LinkedHashSet<>(answers)) {
      Readability readability = Readability.of(answer);
      boolean repeats = Repetition.of(answer).exact(3).orElse(0) > maxRepetition;
      if (readability.words() >= Math.max(1, minWords) && !repeats) {
        graded.add(new Graded(answer, readability.words(), readability.grade().orElseThrow()));
      }
    }
    return graded;
  }

  /** The pairs of one prompt's answers. */
  List<Pair> pairs(List<Graded> answers, Random random) {
    List<Pair> more = new ArrayList<>();
    List<Pair> fewer = new ArrayList<>();
    for (Pair pair : eligible(answers)) {
      (pair.chosenHasMoreWords() ? more : fewer).add(pair);
    }
    Collections.shuffle(more, random);
    Collections.shuffle(fewer, random);
    return take(alternate(more, fewer));
  }

  private List<Pair> eligible(List<Graded> answers) {
    Comparator<Graded> byGrade = Comparator.comparingDouble(Graded::grade);
    List<Graded> ranked = answers.stream().sorted(easier ? byGrade : byGrade.reversed()).toList();
    List<Pair> pairs = new ArrayList<>();
    for (int i = 0; i < ranked.size(); i++) {
      for (int j = i + 1; j < ranked.size(); j++) {
        Pair pair = new Pair(ranked.get(i), ranked.get(j));
        if (Math.abs(pair.chosen().grade() - pair.rejected().grade()) >= minGap
            && isBalanced(pair)) {
          pairs.add(pair);
        }
      }
    }
    return pairs;
  }

  private boolean isBalanced(Pair pair) {
    int chosen = pair.chosen().text().length();
    int rejected = pair.rejected().text().length();
    return Math.abs(chosen - rejected) <= lengthTolerance * Math.max(chosen, rejected);
  }

  private static List<Pair> alternate(List<Pair> more, List<Pair> fewer) {
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
    Map<Graded, Integer> uses = new HashMap<>();
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
