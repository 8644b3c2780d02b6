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
 * A language model that grades each answer from 1 to 10 by a criterion. The answer with the higher
 * grade is chosen.
 *
 * <p>The model grades each answer alone instead of comparing it with others. This takes n questions
 * for n answers instead of n(n − 1), leaves no first and second place for the judge to favour, and
 * gives answers that the judge cannot tell apart equal grades, which make no pair.
 */
final class ChatJudge implements Ranking {
  /** What a model thinks before it replies; to the end of the reply if it is not closed. */
  private static final Pattern THOUGHTS = Pattern.compile("(?s)<think>.*?(?:</think>|\\z)");

  /** The only number of a reply, with any words around it. */
  private static final Pattern GRADE =
      Pattern.compile("\\D*(10(?:\\.0+)?|[1-9](?:\\.\\d+)?)(?:\\s*/\\s*10)?\\D*");

  private static final Rule RULE =
      new Rule("grade of 1 to 10 by a language model, higher chosen", "grades of 1 to 10", 2, true);

  private final String criterion;
  private final ChatCompletions judge;

  /**
   * @param criterion what a good answer is like, as in "warm and encouraging"
   * @param url URL to which {@code /chat/completions} is added
   * @param key sent as the bearer token
   */
  ChatJudge(String criterion, URI url, String model, Optional<String> key) {
    this(criterion, url, model, key, duration -> Thread.sleep(duration.toMillis()));
  }

  ChatJudge(
      String criterion, URI url, String model, Optional<String> key, ChatCompletions.Pause pause) {
    this.criterion = criterion;
    this.judge = new ChatCompletions(url, model, key, pause);
  }

  String criterion() {
    return criterion;
  }

  String model() {
    return judge.model();
  }

  @Override
  public Rule rule() {
    return RULE;
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

  /** Reads the grade of a reply; empty if the reply has no grade, or more than one number. */
  static OptionalDouble grade(String reply) {
    Matcher grade = GRADE.matcher(THOUGHTS.matcher(reply).replaceAll("").strip());
    return grade.matches()
        ? OptionalDouble.of(Double.parseDouble(grade.group(1)))
        : OptionalDouble.empty();
  }
}
