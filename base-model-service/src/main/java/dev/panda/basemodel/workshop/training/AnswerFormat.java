package dev.panda.basemodel.workshop.training;

import com.fasterxml.jackson.databind.JsonNode;
import dev.panda.transformer.workshop.training.ExampleFormat;
import dev.panda.transformer.workshop.training.ExampleLine;
import java.util.List;

/**
 * The file format of answers. The parser reads {@code messages}, {@code response} and {@code
 * finish_reason}, and ignores other fields.
 */
final class AnswerFormat {
  static final ExampleFormat<Answer> ANSWERS =
      new ExampleFormat<>(
          "answer",
          "{\"messages\": [{\"role\": \"user\", \"content\": …}], \"response\": …}",
          AnswerFormat::parse);

  private static final String END_TOKEN = "end_token";
  private static final List<String> CUT = List.of("length", "stop_string");

  private AnswerFormat() {}

  private static Answer parse(ExampleLine line) {
    return new Answer(line.messages(), line.text("response"), isWhole(line));
  }

  /** Whether an answer is whole; it is if it does not say how it ended. */
  private static boolean isWhole(ExampleLine line) {
    JsonNode reason = line.field("finish_reason");
    if (reason.isMissingNode() || reason.isNull() || reason.asText().equals(END_TOKEN)) {
      return true;
    }
    if (reason.isTextual() && CUT.contains(reason.textValue())) {
      return false;
    }
    throw new IllegalArgumentException(
        "finish_reason: %s (expected: %s, or one of %s)".formatted(reason, END_TOKEN, CUT));
  }
}
