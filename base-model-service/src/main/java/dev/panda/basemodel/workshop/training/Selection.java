package dev.panda.basemodel.workshop.training;

import dev.panda.transformer.chat.ChatMessage;
import dev.panda.transformer.workshop.training.Hashes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Selects the answers to use.
 *
 * @param cutAnswers what to do with answers that were cut at a limit
 * @param minWords answers with fewer words are left out
 * @param leftOut answers that contain a match are left out
 * @param perPrompt largest number of answers to one prompt, chosen by a hash of seed and text
 */
public record Selection(
    CutAnswers cutAnswers, int minWords, Optional<Pattern> leftOut, int perPrompt) {

  public Selection {
    if (minWords < 0) {
      throw new IllegalArgumentException("min words: " + minWords + " (expected: >= 0)");
    }
    if (perPrompt < 1) {
      throw new IllegalArgumentException("answers per prompt: " + perPrompt + " (expected: >= 1)");
    }
  }

  /** The answers to use, in their original order. */
  List<Answer> of(List<Answer> answers, long seed) {
    List<Answer> kept = new ArrayList<>();
    for (Answer answer : answers) {
      Optional<Answer> whole = answer.whole() ? Optional.of(answer) : cutAnswers.apply(answer);
      whole.filter(this::fits).ifPresent(kept::add);
    }
    Map<List<ChatMessage>, List<Answer>> byPrompt =
        kept.stream().distinct().collect(Collectors.groupingBy(Answer::messages));
    if (byPrompt.values().stream().allMatch(list -> list.size() <= perPrompt)) {
      return kept;
    }
    Comparator<Answer> order =
        Comparator.comparing(answer -> Hashes.of(seed, answer.messages(), answer.response()));
    Set<Answer> chosen = new HashSet<>();
    byPrompt
        .values()
        .forEach(list -> list.stream().sorted(order).limit(perPrompt).forEach(chosen::add));
    return kept.stream().filter(chosen::contains).toList();
  }

  private boolean fits(Answer answer) {
    return words(answer) >= minWords
        && leftOut.filter(pattern -> pattern.matcher(answer.response()).find()).isEmpty();
  }

  private static int words(Answer answer) {
    return answer.response().strip().split("\\s+").length;
  }

  @Override
  public String toString() {
    return "cut answers: %s, at least %d words%s, %s"
        .formatted(
            cutAnswers,
            minWords,
            leftOut.map(pattern -> ", none with `" + pattern + "`").orElse(""),
            perPrompt == Integer.MAX_VALUE ? "all" : "at most " + perPrompt + " to a prompt");
  }
}
