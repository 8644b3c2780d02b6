package dev.panda.basemodel.workshop.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.panda.transformer.chat.ChatMessage;
import dev.panda.transformer.workshop.training.ExampleReader;
import dev.panda.transformer.workshop.training.TrainingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AnswerFormatTest {
  private static final String MESSAGES =
      "\"messages\": [{\"role\": \"user\", \"content\": \"Hi\"}]";
  private static final String GOOD = "{" + MESSAGES + ", \"response\": \"Hello.\"}";

  @TempDir private Path folder;

  private List<Answer> read(String... lines) throws IOException {
    return new ExampleReader<>(AnswerFormat.ANSWERS, false).read(file(lines)).examples();
  }

  private Path file(String... lines) throws IOException {
    return Files.writeString(folder.resolve("answers.jsonl"), String.join("\n", lines));
  }

  @Test
  void readsConversationsAndResponses() throws IOException {
    List<Answer> answers =
        read(
            "{\"messages\": [{\"role\": \"system\", \"content\": \"Be brief.\"},"
                + " {\"role\": \"user\", \"content\": \"Hi\"}], \"response\": \" Hello.\"}");

    assertThat(answers)
        .containsExactly(
            new Answer(
                List.of(new ChatMessage("system", "Be brief."), new ChatMessage("user", "Hi")),
                " Hello.",
                true));
  }

  @Test
  void ignoresUnknownFields() throws IOException {
    String line =
        "{\"sample\": 3, \"token_ids\": [1], " + MESSAGES + ", \"usage\": {}, \"response\": \"a\"}";

    assertThat(read(line)).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({"end_token,true", "length,false", "stop_string,false"})
  void isWholeWhereItCameToItsEndToken(String reason, boolean whole) throws IOException {
    List<Answer> answers =
        read("{" + MESSAGES + ", \"response\": \"a\", \"finish_reason\": \"" + reason + "\"}");

    assertThat(answers.get(0).whole()).isEqualTo(whole);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[1]                                                      | ARRAY (expected: an object",
        "{\"response\": \"a\"}                                    | messages: missing",
        "{\"messages\": [{\"role\": \"user\", \"content\": \"m\"}], \"response\": 5} | response: number",
        "{\"messages\": [{\"role\": \"user\", \"content\": \"m\"}], \"response\": \" \"} | response: empty",
        "{\"messages\": [{\"role\": \"user\", \"content\": \"m\"}], \"response\": \"a\", \"finish_reason\":"
            + " \"tired\"} | finish_reason: \"tired\"",
      })
  void namesFileAndLineOfWhatItCannotUse(String line, String message) throws IOException {
    Path file = file(GOOD, line);

    assertThatThrownBy(() -> read(GOOD, line))
        .isInstanceOf(TrainingException.class)
        .hasMessageStartingWith(file + ", line 2: ")
        .hasMessageContaining(message);
  }
}
