package dev.panda.reward.workshop.scoring;

import dev.panda.reward.workshop.batch.TextEncoder;
import dev.panda.transformer.workshop.training.ExampleFormat;
import dev.panda.transformer.workshop.training.ExampleLine;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * The file format of responses and pairs to score. Other fields are kept.
 *
 * @param maxTokens largest number of tokens of prompt and response together
 */
public record ScoredFormat(TextEncoder texts, int maxTokens) {
  private static final String FINISH_REASON = "finish_reason";

  /**
   * The finish reasons of {@code panda sample}, and of other programs, for an unfinished response.
   */
  private static final Set<String> CUT = Set.of("length", "stop_string", "content_filter");

  /** The format of a line. */
  public ExampleFormat<ScoredLine> lines() {
    return new ExampleFormat<>(
        "response",
        "{\"messages\": [{\"role\": \"user\", \"content\": …}], \"response\": …}, or a pair with"
            + " \"chosen\" and \"rejected\" in place of \"response\"",
        this::parse);
  }

  private ScoredLine parse(ExampleLine line) {
    boolean pair = !line.field("chosen").isMissingNode() || !line.field("rejected").isMissingNode();
    List<ScoredLine.Response> responses =
        pair
            ? List.of(
                response(line, "chosen", "chosen_rewards", true),
                response(line, "rejected", "rejected_rewards", true))
            : List.of(response(line, "response", "rewards", isWhole(line)));
    return new ScoredLine(line.object(), responses);
  }

  /** Whether a response is whole; it is unless the line says that it was cut. */
  private static boolean isWhole(ExampleLine line) {
    return !CUT.contains(line.field(FINISH_REASON).asText());
  }

  private ScoredLine.Response response(
      ExampleLine line, String field, String rewardsField, boolean whole) {
    int[] prompt = texts.prompt(line.messages());
    int[] response = texts.response(field, line.text(field));
    int length = prompt.length + response.length + (whole ? 1 : 0);
    if (length > maxTokens) {
      throw new IllegalArgumentException(
          "%s: %d tokens including its prompt (expected: at most %d)"
              .formatted(field, length, maxTokens));
    }
    int[] tokens = Arrays.copyOf(prompt, length);
    System.arraycopy(response, 0, tokens, prompt.length, response.length);
    if (whole) {
      tokens[length - 1] = texts.endToken();
    }
    return new ScoredLine.Response(rewardsField, tokens, prompt.length);
  }
}
