package dev.panda.transformer.workshop.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.panda.transformer.chat.ChatMessage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.Charset;
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

class ExampleReaderTest {
  private static final String GOOD =
      "{\"messages\": [{\"role\": \"user\", \"content\": \"Hi\"}], \"title\": \"Hello.\"}";

  /** A conversation with a title. */
  private record Titled(List<ChatMessage> messages, String title) {}

  private static final ExampleFormat<Titled> FORMAT =
      new ExampleFormat<>(
          "conversation",
          "{\"messages\": …, \"title\": …}",
          line -> new Titled(line.messages(), line.text("title")));

  private final ExampleReader<Titled> strict = new ExampleReader<>(FORMAT, false);
  private final ExampleReader<Titled> lenient = new ExampleReader<>(FORMAT, true);

  @TempDir private Path folder;

  @Test
  void readsConversations() throws IOException {
    Path file =
        file(
            "{\"messages\": [{\"role\": \"system\", \"content\": \"Be brief.\"},"
                + " {\"role\": \"user\", \"content\": \"Hi\"}], \"title\": \" Hello.\"}");

    ExampleFile<Titled> read = strict.read(file);

    assertThat(read.name()).isEqualTo("examples.jsonl");
    assertThat(read.examples())
        .containsExactly(
            new Titled(
                List.of(new ChatMessage("system", "Be brief."), new ChatMessage("user", "Hi")),
                " Hello."));
  }

  @Test
  void passesOverFieldsThatItDoesNotKnowAndBlankLines() throws IOException {
    Path file = file("", GOOD.replace("\"title\"", "\"usage\": {}, \"title\""), "  \r");

    ExampleFile<Titled> read = strict.read(file);

    assertThat(read.examples()).hasSize(1);
    assertThat(read.skipped()).isZero();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          not json                                                                | not JSON: Unrecognized token 'not' (expected: one object a line)
          {"messages": [                                                          | not JSON
          {"messages":[{"role":"user","content":"m"}],"title":"a"} {}             | not JSON
          {"messages":[{"role":"user","content":"m"}],"title":"a"} x              | not JSON
          {"messages":[{"role":"user","content":"m"}],"title":"a","title":"b"}    | Duplicate field
          [1]                                                  | ARRAY (expected: an object, {"messages": …, "title": …})
          {"title":"a"}                                        | messages: missing (expected: a list of at least one message)
          {"messages":[],"title":"a"}                                             | messages: empty
          {"messages":[{"role":"user"}],"title":"a"}                              | messages[0].content: missing
          {"messages":[{"role":"cat","content":"m"}],"title":"a"}                 | messages[0].role: cat
          {"messages":[{"role":"assistant","content":"m"}],"title":"a"}           | messages[0].role: assistant (expected: user, in the last
          {"messages":[{"role":"user","content":"m"}]}                            | title: missing (expected: text)
          {"messages":[{"role":"user","content":"m"}],"title":5}                  | title: number (expected: text)
          {"messages":[{"role":"user","content":"m"}],"title":""}                 | title: empty (expected: text)
          {"messages":[{"role":"user","content":"m"}],"title":" "}                | title: empty (expected: text)
          {"messages":[{"role":"user","content":"m"}],"title":"A \\ud83d"}        | title: half a character, \\ud83d, at 2 (expected: whole characters)
          {"messages":[{"role":"user","content":"\\ude42m"}],"title":"a"}          | messages[0].content: half a character, \\ude42, at 0
          """)
  void namesFileAndLineOfWhatItCannotUse(String line, String message) throws IOException {
    Path file = file(GOOD, GOOD, line, GOOD);

    assertThatThrownBy(() -> strict.read(file))
        .isInstanceOf(TrainingException.class)
        .hasMessageStartingWith(file + ", line 3: ")
        .hasMessageContaining(message);
    assertThat(lenient.read(file).examples()).hasSize(3);
    assertThat(lenient.read(file).skipped()).isOne();
  }

  @Test
  void saysWhatToDoAboutALine() throws IOException {
    Path file = file("{");

    assertThatThrownBy(() -> strict.read(file))
        .isInstanceOfSatisfying(
            TrainingException.class,
            failure -> assertThat(failure.remedy().orElseThrow()).contains("--skip-invalid"));
  }

  @Test
  void refusesTextThatIsNotUtf8() throws IOException {
    byte[] latin = GOOD.replace("Hello", "H\u00e9llo").getBytes(StandardCharsets.ISO_8859_1);
    Path file = Files.write(folder.resolve("latin.jsonl"), latin);

    assertThatThrownBy(() -> strict.read(file)).hasMessageContaining("line 1: not UTF-8");
  }

  @Test
  void readsFilesWithAByteOrderMarkAndSuchFilesJoined() throws IOException {
    String marked = "\uFEFF" + GOOD;
    Path gzipped = Files.write(folder.resolve("marked.jsonl.gz"), gzip(marked));

    assertThat(strict.read(file(marked, GOOD, marked)).examples()).hasSize(3);
    assertThat(strict.read(file("\uFEFF", GOOD)).examples()).hasSize(1);
    assertThat(strict.read(gzipped).examples()).hasSize(1);
  }

  @Test
  void namesUtf16WhetherOrNotLinesAreSkipped() throws IOException {
    for (Charset utf16 : List.of(StandardCharsets.UTF_16LE, StandardCharsets.UTF_16BE)) {
      Path file = Files.writeString(folder.resolve("wide.jsonl"), "\uFEFF" + GOOD, utf16);
      for (ExampleReader<Titled> reader : List.of(strict, lenient)) {
        assertThatThrownBy(() -> reader.read(file))
            .isInstanceOf(TrainingException.class)
            .hasMessage(file + ": UTF-16 (expected: UTF-8)");
      }
    }
  }

  @Test
  void namesTheLineOfAnExample() throws IOException {
    Path file = file(GOOD, "", "[]", GOOD.replace("Hello", "Hey"));

    ExampleFile<Titled> read = lenient.read(file);

    Titled second = read.examples().get(1);
    assertThat(ExampleFile.place(List.of(strict.read(file(GOOD)), read), second))
        .isEqualTo("examples.jsonl, line 4");
  }

  @Test
  void refusesALineOfTenMegabytesWithoutKeepingIt() throws IOException {
    Path file = file(GOOD, "a".repeat(10_000_000), GOOD);

    assertThatThrownBy(() -> strict.read(file))
        .hasMessageContaining("line 2: length: 10000000 bytes (expected: at most 1048576)");
    assertThat(lenient.read(file).examples()).hasSize(2);
  }

  @Test
  void readsGzippedFilesAndFingerprintsTheirBytes() throws IOException {
    byte[] bytes = gzip(GOOD + "\n" + GOOD.replace("Hello", "Hey"));
    Path file = Files.write(folder.resolve("examples.jsonl.gz"), bytes);

    ExampleFile<Titled> read = strict.read(file);

    assertThat(read.examples()).extracting(Titled::title).containsExactly("Hello.", "Hey.");
    assertThat(read.fingerprint()).isEqualTo(Hashes.hex(Hashes.sha256().digest(bytes)));
  }

  @Test
  void refusesAGzippedFileThatIsBrokenOrCutShort() throws IOException {
    byte[] bytes = gzip((GOOD + "\n").repeat(50));
    Path cut = folder.resolve("cut.jsonl.gz");
    Files.write(cut, Arrays.copyOf(bytes, bytes.length - 12));
    Path plain = Files.writeString(folder.resolve("plain.jsonl.gz"), GOOD);

    for (Path file : List.of(cut, plain)) {
      assertThatThrownBy(() -> lenient.read(file))
          .isInstanceOf(TrainingException.class)
          .hasMessageContaining(file + ": broken gzip");
    }
  }

  @Test
  void refusesAFileThatIsNotThere() {
    assertThatThrownBy(() -> lenient.read(folder.resolve("none.jsonl")))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("none.jsonl: no such file");
  }

  @Test
  void refusesAFileWithoutAnExample() throws IOException {
    Path empty = file("");
    assertThatThrownBy(() -> strict.read(empty))
        .hasMessageContaining("no usable conversation, 0 lines skipped");
    Path unusable = file("{", "[]");
    assertThatThrownBy(() -> lenient.read(unusable))
        .hasMessageContaining("no usable conversation, 2 lines skipped");
  }

  private Path file(String... lines) throws IOException {
    return Files.writeString(folder.resolve("examples.jsonl"), String.join("\n", lines));
  }

  private static byte[] gzip(String text) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return bytes.toByteArray();
  }
}
