package dev.panda.orchestrator.workshop.pairs.rules;

import dev.panda.orchestrator.workshop.answers.Answer;
import dev.panda.orchestrator.workshop.ask.Conversation;
import java.net.URI;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A language model grades each answer from 1 to 10 by a criterion; the answer with the higher grade
 * is chosen.
 *
 * <p>Each answer is graded alone rather than compared with others: that takes n questions for n
 * answers instead of n(n − 1), has no first and second place for the judge to favour, and what it
 * can't tell apart gets equal grades and makes no pair.
 */
public final class ChatJudge implements Ranking {
  /** To the end where it isn't closed. */
  private static final Pattern THOUGHTS = Pattern.compile("(?s)<think>.*?(?:</think>|\\z)");

  /** One number in the reply, with words but no other number around it. */
  private static final Pattern GRADE =
      Pattern.compile("\\D*(10(?:\\.0+)?|[1-9](?:\\.\\d+)?)(?:\\s*/\\s*10)?\\D*");

  private final String criterion;
  private final ChatCompletions judge;

  /**
   * @param criterion what a good answer is like, as in "warm and encouraging"
   * @param url what {@code /chat/completions} is added to
   * @param key sent as the bearer's token
   */
  public ChatJudge(String criterion, URI url, String model, Optional<String> key) {
    this(criterion, url, model, key, duration -> Thread.sleep(duration.toMillis()));
  }

  ChatJudge(
      String criterion, URI url, String model, Optional<String> key, ChatCompletions.Pause pause) {
    this.criterion = criterion;
    this.judge = new ChatCompletions(url, model, key, pause);
  }

  public String criterion() {
    return criterion;
  }

  public String model() {
    return judge.model();
  }

  @Override
  public String rule() {
    return "grade of 1 to 10 by a language model, higher chosen";
  }

  @Override
  public String unit() {
    return "grades of 1 to 10";
  }

  @Override
  public double leastGap() {
    return 2;
  }

  @Override
  public boolean higherIsChosen() {
    return true;
  }

  @Override
  public OptionalDouble score(Conversation prompt, Answer answer) throws InterruptedException {
    return grade(judge.reply(question(prompt, answer)));
  }

  private String question(Conversation prompt, Answer answer) {
    String asked =
        prompt.messages().stream()
            .map(message -> message.role() + ": " + message.content())
            .collect(Collectors.joining("\n"));
    return """
        Grade an answer by one criterion and nothing else.

        Criterion: %s

        <conversation>
        %s
        </conversation>

        <answer>
        %s
        </answer>

        How well does the answer meet the criterion? 1 is not at all, 10 is entirely. \
        Reply with one whole number from 1 to 10 and nothing else."""
        .formatted(criterion, asked, answer.text());
  }

  /** None where the reply holds no grade, or more than one number. */
  static OptionalDouble grade(String reply) {
    Matcher grade = GRADE.matcher(THOUGHTS.matcher(reply).replaceAll("").strip());
    return grade.matches()
        ? OptionalDouble.of(Double.parseDouble(grade.group(1)))
        : OptionalDouble.empty();
  }
}
