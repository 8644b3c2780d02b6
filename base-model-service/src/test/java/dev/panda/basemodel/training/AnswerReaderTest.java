package dev.panda.basemodel.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.panda.transformer.tokenizer.ChatMessage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AnswerReaderTest {
  private static final String MESSAGES =
      "\"messages\": [{\"role\": \"user\", \"content\": \"Hi\"}]";
  private static final String GOOD = "{" + MESSAGES + ", \"response\": \"Hello.\"}";

  @TempDir private Path folder;

  private Path file(String... lines) throws IOException {
    return Files.writeString(folder.resolve("answers.jsonl"), String.join("\n", lines));
  }

  private static Answer first(Path file) {
    return new AnswerReader(false).read(file).answers().get(0);
  }

  @Test
  void readsConversationsAndResponses() throws IOException {
    Path file =
        file(
            "{\"messages\": [{\"role\": \"system\", \"content\": \"Be brief.\"},"
                + " {\"role\": \"user\", \"content\": \"Hi\"}], \"response\": \" Hello.\"}");
    assertThat(new AnswerReader(false).read(file).answers())
        .containsExactly(
            new Answer(
                List.of(new ChatMessage("system", "Be brief."), new ChatMessage("user", "Hi")),
                " Hello.",
                true));
  }

  @Test
  void passesOverFieldsThatItDoesNotKnowAndBlankLines() throws IOException {
    Path file =
        file(
            "",
            "{\"sample\": 3, \"token_ids\": [1], "
                + MESSAGES
                + ", \"usage\": {}, \"response\": \"a\"}",
            "  \r");
    assertThat(new AnswerReader(false).read(file).answers()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({"end_token,true", "length,false", "stop_string,false"})
  void isWholeWhereItCameToItsEndToken(String reason, boolean whole) throws IOException {
    Path file =
        file("{" + MESSAGES + ", \"response\": \"a\", \"finish_reason\": \"" + reason + "\"}");
    assertThat(first(file).whole()).isEqualTo(whole);
  }

  @Test
  void readsGzippedFilesTheSame() throws IOException {
    Path plain = file(GOOD, GOOD);
    Path gzipped = folder.resolve("answers.jsonl.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(gzipped))) {
      Files.copy(plain, out);
    }
    assertThat(new AnswerReader(false).read(gzipped).answers())
        .isEqualTo(new AnswerReader(false).read(plain).answers());
  }

  @Test
  void fingerprintsTheFile() throws IOException {
    assertThat(new AnswerReader(false).read(file(GOOD)).fingerprint())
        .isNotEqualTo(new AnswerReader(false).read(file(GOOD, GOOD)).fingerprint())
        .hasSize(64);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "not json                                                 | not JSON",
        "[1]                                                      | ARRAY (expected: an object",
        "{\"response\": \"a\"}                                    | messages: missing",
        "{\"messages\": [], \"response\": \"a\"}                  | messages: empty",
        "{\"messages\": [{\"role\": \"user\"}], \"response\": \"a\"} | messages[0].content: missing",
        "{\"messages\": [{\"role\": \"cat\", \"content\": \"m\"}], \"response\": \"a\"} | messages[0].role: cat",
        "{\"messages\": [{\"role\": \"assistant\", \"content\": \"m\"}], \"response\": \"a\"} | expected: user, in the last",
        "{\"messages\": [{\"role\": \"user\", \"content\": \"m\"}], \"response\": 5} | response: number",
        "{\"messages\": [{\"role\": \"user\", \"content\": \"m\"}], \"response\": \" \"} | response: empty",
        "{\"messages\": [{\"role\": \"user\", \"content\": \"m\"}], \"response\": \"a\", \"response\": \"b\"} | Duplicate field",
        "{\"messages\": [{\"role\": \"user\", \"content\": \"m\"}], \"response\": \"a\"} {} | not JSON",
        "{\"messages\": [{\"role\": \"user\", \"content\": \"m\"}], \"response\": \"a\", \"finish_reason\": \"tired\"} | finish_reason: \"tired\"",
      })
  void namesFileAndLineOfWhatItCannotUse(String line, String message) throws IOException {
    Path file = file(GOOD, line);
    assertThatThrownBy(() -> new AnswerReader(false).read(file))
        .isInstanceOf(TrainingException.class)
        .hasMessageStartingWith(file + ", line 2: ")
        .hasMessageContaining(message);
  }

  @Test
  void refusesTextThatIsNotUtf8() throws IOException {
    byte[] bytes = GOOD.replace("Hello", "H\u00e9llo").getBytes(StandardCharsets.ISO_8859_1);
    Path file = Files.write(folder.resolve("latin.jsonl"), bytes);
    assertThatThrownBy(() -> new AnswerReader(false).read(file))
        .hasMessageContaining("line 1: not UTF-8");
  }

  @Test
  void refusesLinesBeyondTheBound() throws IOException {
    char[] long_ = new char[AnswerReader.MAX_LINE_BYTES];
    Arrays.fill(long_, 'a');
    Path file = file(GOOD.replace("Hello.", new String(long_)));
    assertThatThrownBy(() -> new AnswerReader(false).read(file))
        .hasMessageContaining("expected: at most " + AnswerReader.MAX_LINE_BYTES);
  }

  @Test
  void countsTheLinesThatItSkips() throws IOException {
    AnswerFile read = new AnswerReader(true).read(file("{", GOOD, "[]", GOOD));
    assertThat(read.skipped()).isEqualTo(2);
    assertThat(read.answers()).hasSize(2);
  }

  @Test
  void refusesFilesWithoutAnAnswer() throws IOException {
    Path file = file("{");
    assertThatThrownBy(() -> new AnswerReader(true).read(file))
        .hasMessageContaining("no usable answer, 1 lines skipped");
  }

  @Test
  void refusesMissingAndBrokenFiles() throws IOException {
    assertThatThrownBy(() -> new AnswerReader(false).read(folder.resolve("none.jsonl")))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("no such file");
    Path broken = Files.writeString(folder.resolve("broken.jsonl.gz"), GOOD);
    assertThatThrownBy(() -> new AnswerReader(false).read(broken))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("broken gzip");
  }
}
