package dev.panda.orchestrator.workshop.pairs;

import dev.panda.orchestrator.workshop.answers.Answer;
import dev.panda.orchestrator.workshop.ask.Conversation;
import dev.panda.orchestrator.workshop.pairs.rules.Ranking;
import dev.panda.transformer.workshop.cli.ProgressConsole;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import me.tongfei.progressbar.ProgressBar;

/**
 * The scores of answers by prompt.
 *
 * @param all number of answers
 * @param leftOut number of answers that the filter refused
 * @param withoutScore number of answers to which the rule does not apply
 */
record AnswerScoring(
    Map<Conversation, List<ScoredAnswer>> answers, int all, int leftOut, int withoutScore) {

  /**
   * Scores answers.
   *
   * @param concurrency prompts whose answers are scored at once
   */
  static AnswerScoring of(
      Map<Conversation, List<Answer>> answers,
      AnswerFilter filter,
      Ranking ranking,
      int concurrency)
      throws InterruptedException {
    ExecutorService threads = Executors.newFixedThreadPool(concurrency);
    int all = answers.values().stream().mapToInt(List::size).sum();
    try (ProgressBar progress = new ProgressConsole().bar("Scores").setInitialMax(all).build()) {
      Map<Conversation, Future<List<ScoredAnswer>>> underWay = new LinkedHashMap<>();
      int accepted = 0;
      for (var entry : answers.entrySet()) {
        List<Answer> kept = entry.getValue().stream().filter(filter::accepts).toList();
        progress.stepBy(entry.getValue().size() - kept.size());
        accepted += kept.size();
        underWay.put(
            entry.getKey(), threads.submit(() -> score(entry.getKey(), kept, ranking, progress)));
      }
      Map<Conversation, List<ScoredAnswer>> scored = new LinkedHashMap<>();
      for (var entry : underWay.entrySet()) {
        scored.put(entry.getKey(), entry.getValue().get());
      }
      int scores = scored.values().stream().mapToInt(List::size).sum();
      return new AnswerScoring(scored, all, all - accepted, accepted - scores);
    } catch (ExecutionException failure) {
      if (failure.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException(failure.getCause());
    } finally {
      threads.shutdownNow();
    }
  }

  private static List<ScoredAnswer> score(
      Conversation prompt, List<Answer> answers, Ranking ranking, ProgressBar progress)
      throws InterruptedException {
    List<ScoredAnswer> scored = new ArrayList<>();
    for (Answer answer : answers) {
      OptionalDouble score = ranking.score(prompt, answer);
      score.ifPresent(value -> scored.add(ScoredAnswer.of(answer, value)));
      progress.step();
    }
    return scored;
  }
}
