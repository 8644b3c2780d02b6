package dev.panda.reward.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PairReaderTest {
  private static final String GOOD =
      "{\"messages\":[{\"role\":\"user\",\"content\":\"Why?\"}],\"chosen\":\"yes\",\"rejected\":\"no\"}";

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"messages": [                                                            | not JSON
          {"messages":[{"role":"user","content":"a"}],"chosen":"b","rejected":"c"} x | not JSON
          {"chosen":"b","chosen":"b"}                                               | not JSON
          []                                                                        | ARRAY (expected: an object
          {"messages":[{"role":"user","content":"a"}],"rejected":"c"}               | chosen: missing (expected: text)
          {"messages":[{"role":"user","content":"a"}],"chosen":"","rejected":"c"}   | chosen: empty (expected: text)
          {"messages":[{"role":"user","content":"a"}],"chosen":" ","rejected":"c"}  | chosen: empty (expected: text)
          {"messages":[{"role":"user","content":"a"}],"chosen":7,"rejected":"c"}    | chosen: number (expected: text)
          {"messages":[{"role":"user","content":"a"}],"chosen":"b","rejected":"b"}  | rejected: equal to chosen
          {"messages":[],"chosen":"b","rejected":"c"}                               | messages: empty
          {"chosen":"b","rejected":"c"}                                             | messages: missing
          {"messages":[{"role":"user"}],"chosen":"b","rejected":"c"}                | messages[0].content: missing
          {"messages":[{"role":"assistant","content":"a"}],"chosen":"b","rejected":"c"} | messages[0].role: assistant (expected: user
          """)
  void refusesALineAndNamesItAndTheField(String line, String message) throws IOException {
    Path file = write(GOOD + "\n" + GOOD + "\n" + line + "\n" + GOOD + "\n");

    assertThatThrownBy(() -> new PairReader(false).read(file))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining(file + ", line 3: ")
        .hasMessageContaining(message);
    PairFile read = new PairReader(true).read(file);
    assertThat(read.pairs()).hasSize(3);
    assertThat(read.skipped()).isEqualTo(1);
  }

  @Test
  void refusesALineOfTenMegabytesWithoutKeepingIt() throws IOException {
    byte[] line = new byte[10_000_000];
    Arrays.fill(line, (byte) 'a');
    Path file = write(GOOD + "\n" + new String(line, StandardCharsets.US_ASCII) + "\n" + GOOD);

    assertThatThrownBy(() -> new PairReader(false).read(file))
        .hasMessageContaining("line 2: length: 10000000 bytes (expected: at most 1048576)");
    assertThat(new PairReader(true).read(file).pairs()).hasSize(2);
  }

  @Test
  void refusesInvalidUtf8() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes((GOOD + "\n").getBytes(StandardCharsets.UTF_8));
    byte[] broken = GOOD.getBytes(StandardCharsets.UTF_8);
    broken[GOOD.indexOf("yes")] = (byte) 0xC3;
    bytes.writeBytes(broken);
    Path file = Files.write(folder.resolve("pairs.jsonl"), bytes.toByteArray());

    assertThatThrownBy(() -> new PairReader(false).read(file))
        .hasMessageContaining("line 2: not UTF-8");
  }

  @Test
  void readsGzippedFilesAndFingerprintsTheirBytes() throws IOException {
    byte[] bytes = gzip(GOOD + "\n" + GOOD.replace("yes", "perhaps"));
    Path file = Files.write(folder.resolve("pairs.jsonl.gz"), bytes);

    PairFile read = new PairReader(false).read(file);

    assertThat(read.pairs()).extracting(PreferencePair::chosen).containsExactly("yes", "perhaps");
    assertThat(read.fingerprint()).isEqualTo(Fingerprint.hex(Fingerprint.sha256().digest(bytes)));
  }

  @Test
  void refusesAGzippedFileCutShort() throws IOException {
    byte[] bytes = gzip((GOOD + "\n").repeat(50));
    Path file = folder.resolve("pairs.jsonl.gz");
    Files.write(file, Arrays.copyOf(bytes, bytes.length - 12));

    assertThatThrownBy(() -> new PairReader(true).read(file))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("broken gzip");
  }

  @Test
  void refusesAFileThatIsNotThereOrHoldsNoPair() throws IOException {
    Path empty = write("");

    assertThatThrownBy(() -> new PairReader(false).read(folder.resolve("none.jsonl")))
        .hasMessageContaining("none.jsonl: no such file");
    assertThatThrownBy(() -> new PairReader(false).read(empty))
        .hasMessageContaining("no usable pair, 0 lines skipped");
  }

  private Path write(String text) throws IOException {
    return Files.writeString(folder.resolve("pairs.jsonl"), text);
  }

  private static byte[] gzip(String text) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return bytes.toByteArray();
  }
}
