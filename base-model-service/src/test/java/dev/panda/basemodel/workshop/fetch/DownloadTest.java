package dev.panda.basemodel.workshop.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.panda.basemodel.workshop.fetch.FileServer.Content;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DownloadTest {
  private static final byte[] BYTES = bytes(1, 1_000_000);
  private static final int CUT = 300_000;

  @TempDir private Path folder;
  private FileServer server;
  private final Download download =
      new Download(new Web(Web.newClient(), Optional.empty()), Duration.ofSeconds(30));

  private static byte[] bytes(long seed, int count) {
    byte[] bytes = new byte[count];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  private static Checksum sha256(byte[] bytes) throws Exception {
    return Checksum.sha256(
        HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes)));
  }

  @BeforeEach
  void start() throws IOException {
    server = FileServer.http();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private RemoteFile file(Optional<Checksum> checksum) {
    return new RemoteFile("m.gguf", server.uri("/m.gguf"), OptionalLong.empty(), checksum);
  }

  private RemoteFile sized(byte[] bytes, Checksum checksum) {
    return new RemoteFile(
        "m.gguf", server.uri("/m.gguf"), OptionalLong.of(bytes.length), Optional.of(checksum));
  }

  private Download.Done fetch(RemoteFile file) throws Exception {
    return download.fetch(file, folder, (bytes, total) -> {});
  }

  /** Fetches a file whose connection breaks on the way. */
  private void fetchPart(RemoteFile file) {
    server.serve("/m.gguf", new Content(200, BYTES, Map.of("ETag", "\"1\""), CUT, false));
    assertThatThrownBy(() -> fetch(file))
        .isInstanceOf(FetchException.class)
        .hasMessageContaining("m.gguf: the connection broke, with ")
        .hasMessageContaining("goes on where it stopped");
    assertThat(folder.resolve("m.gguf.part")).isNotEmptyFile();
    assertThat(folder.resolve("m.gguf")).doesNotExist();
  }

  private List<String> filesThere() throws IOException {
    try (var files = Files.list(folder)) {
      return files.map(path -> path.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void downloadsAWholeFileAndTellsHowFarItIs() throws Exception {
    server.serve("/m.gguf", BYTES, "\"1\"");
    List<Long> heard = new ArrayList<>();

    Download.Done done =
        download.fetch(
            file(Optional.of(sha256(BYTES))),
            folder,
            (bytes, total) -> {
              assertThat(total).hasValue(BYTES.length);
              heard.add(bytes);
            });

    assertThat(done.file()).hasBinaryContent(BYTES);
    assertThat(done.checked()).contains(sha256(BYTES));
    assertThat(heard).isSorted().startsWith(0L).endsWith((long) BYTES.length);
    assertThat(filesThere()).containsExactly("m.gguf");
  }

  @Test
  void goesOnWhereItStopped() throws Exception {
    fetchPart(file(Optional.empty()));
    long there = Files.size(folder.resolve("m.gguf.part"));
    server.serve("/m.gguf", BYTES, "\"1\"");

    assertThat(fetch(file(Optional.empty())).file()).hasBinaryContent(BYTES);

    FileServer.Request second = server.requests().get(1);
    assertThat(second.header("Range")).isEqualTo("bytes=" + there + "-");
    assertThat(second.header("If-Range")).isEqualTo("\"1\"");
    assertThat(filesThere()).containsExactly("m.gguf");
  }

  @Test
  void startsAgainIfTheFileHasChanged() throws Exception {
    fetchPart(file(Optional.empty()));
    byte[] changed = bytes(2, BYTES.length + 5);
    server.serve("/m.gguf", changed, "\"2\"");

    assertThat(fetch(file(Optional.empty())).file()).hasBinaryContent(changed);
  }

  @Test
  void startsAgainIfWhatIsThereIsLongerThanTheFile() throws Exception {
    fetchPart(file(Optional.empty()));
    byte[] changed = bytes(2, 10);
    server.serve("/m.gguf", new Content(200, changed, Map.of("ETag", "\"1\""), -1, false));

    assertThat(fetch(file(Optional.empty())).file()).hasBinaryContent(changed);
  }

  @Test
  void startsAgainIfTheServerNamesNoVersion() throws Exception {
    server.serve("/m.gguf", new Content(200, BYTES, Map.of(), CUT, false));
    assertThatThrownBy(() -> fetch(file(Optional.empty()))).isInstanceOf(FetchException.class);
    server.serve("/m.gguf", new Content(200, BYTES, Map.of(), -1, false));

    assertThat(fetch(file(Optional.empty())).file()).hasBinaryContent(BYTES);

    assertThat(server.requests().get(1).header("Range")).isNull();
  }

  @Test
  void goesOnWithoutAVersionIfTheChecksumWillTell() throws Exception {
    RemoteFile file = sized(BYTES, sha256(BYTES));
    server.serve("/m.gguf", new Content(200, BYTES, Map.of("ETag", "W/\"1\""), CUT, false));
    assertThatThrownBy(() -> fetch(file)).isInstanceOf(FetchException.class);
    server.serve("/m.gguf", new Content(200, BYTES, Map.of(), -1, false));

    assertThat(fetch(file).file()).hasBinaryContent(BYTES);

    assertThat(server.requests().get(1).header("Range")).startsWith("bytes=");
    assertThat(server.requests().get(1).header("If-Range")).isNull();
  }

  @Test
  void asksForNothingIfTheFileIsThere() throws Exception {
    server.serve("/m.gguf", BYTES, "\"1\"");
    fetch(sized(BYTES, sha256(BYTES)));
    fetch(sized(BYTES, sha256(BYTES)));
    assertThat(server.requests()).hasSize(1);

    Files.move(folder.resolve("m.gguf"), folder.resolve("m.gguf.part"));
    assertThat(fetch(sized(BYTES, sha256(BYTES))).file()).hasBinaryContent(BYTES);
    assertThat(server.requests()).hasSize(1);
  }

  @Test
  void deletesAFileWithAnotherChecksum() throws Exception {
    server.serve("/m.gguf", BYTES, "\"1\"");
    Checksum other = sha256(bytes(3, 3));

    assertThatThrownBy(() -> fetch(file(Optional.of(other))))
        .isInstanceOf(FetchException.class)
        .hasMessageContaining(
            "m.gguf: SHA-256: %s (expected: %s)"
                .formatted(sha256(BYTES).expected(), other.expected()));
    assertThat(filesThere()).isEmpty();
  }

  @Test
  void comparesWithTheNameThatGitGives() throws Exception {
    byte[] hello = "hello\n".getBytes(StandardCharsets.UTF_8);
    server.serve("/m.gguf", hello, "\"1\"");
    // git hash-object of a file that holds this line
    Checksum git = Checksum.gitBlob("ce013625030ba8dba906f756967f9e9ca394464a", hello.length);

    assertThat(fetch(sized(hello, git)).checked()).contains(git);
  }

  @Test
  void refusesMoreBytesThanListed() throws Exception {
    server.serve("/m.gguf", BYTES, "\"1\"");
    byte[] less = bytes(1, 1000);

    assertThatThrownBy(() -> fetch(sized(less, sha256(less))))
        .isInstanceOf(FetchException.class)
        .hasMessageContaining("(expected: 1000)");
    assertThat(folder.resolve("m.gguf.part")).hasSize(0);
  }

  @Test
  void doesNotWaitForEverForBytes() {
    server.serve("/m.gguf", new Content(200, BYTES, Map.of("ETag", "\"1\""), CUT, true));
    Download impatient = new Download(download.web(), Duration.ofSeconds(1));

    assertThatThrownBy(() -> impatient.fetch(file(Optional.empty()), folder, (bytes, total) -> {}))
        .isInstanceOf(FetchException.class)
        .hasMessageContaining("m.gguf: no bytes for 1 s");
  }

  @Test
  void saysWhatIsWrongIfTheServerRefuses() {
    assertThatThrownBy(() -> fetch(file(Optional.empty())))
        .isInstanceOf(FetchException.class)
        .hasMessageContaining("m.gguf: 127.0.0.1 answers 404 (not found)");
    for (int status : List.of(401, 403)) {
      server.serve("/m.gguf", new Content(status, new byte[0], Map.of(), -1, false));
      assertThatThrownBy(() -> fetch(file(Optional.empty())))
          .isInstanceOf(FetchException.class)
          .hasMessageContaining("answers " + status)
          .hasMessageContaining("gated or private")
          .hasMessageContaining("HF_TOKEN");
    }
    server.serve("/m.gguf", new Content(503, new byte[0], Map.of(), -1, false));
    assertThatThrownBy(() -> fetch(file(Optional.empty())))
        .hasMessageContaining("answers 503 (expected: 200)");
  }

  @Test
  void saysWhatToDoWhereTheServerIsNotReached() {
    server.close();
    assertThatThrownBy(() -> fetch(file(Optional.empty())))
        .isInstanceOf(FetchException.class)
        .hasMessageContaining("127.0.0.1: not reached: ")
        .hasMessageContaining("HF_ENDPOINT")
        .hasMessageContaining("another machine");
  }

  @Test
  void refusesWhatTheDiskHasNoRoomFor() {
    DiskSpace.require(folder, 5, 5);
    assertThatThrownBy(() -> DiskSpace.require(folder, 3_000_000_000L, 1_200_000_000L))
        .isInstanceOf(FetchException.class)
        .hasMessageContaining(
            folder + ": 1.20 GB free (expected: 3.00 GB for what is still to be downloaded)")
        .hasMessageContaining("PANDA_HOME");

    server.serve("/m.gguf", new Content(200, BYTES, Map.of(), 0, false));
    RemoteFile huge =
        new RemoteFile(
            "m.gguf", server.uri("/m.gguf"), OptionalLong.of(1L << 60), Optional.empty());
    assertThatThrownBy(() -> fetch(huge)).hasMessageContaining(" free (expected: ");
  }

  @Test
  void lengthIsAllThereIsWithoutAChecksum() throws Exception {
    server.serve("/m.gguf", BYTES, "\"1\"");
    assertThat(fetch(file(Optional.empty())).checked()).isEmpty();
  }
}
