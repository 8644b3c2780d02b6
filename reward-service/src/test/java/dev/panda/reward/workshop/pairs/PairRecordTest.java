package dev.panda.reward.workshop.pairs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PairRecordTest {
  /** SHA-256 of the text {@code abc}. */
  private static final String SHA256 =
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

  @TempDir private Path folder;
  private Path pairs;

  @BeforeEach
  void writePairs() throws IOException {
    pairs = Files.writeString(folder.resolve("pairs.jsonl"), "abc");
  }

  @Test
  void saysWhatThePairsPrefer() throws IOException {
    write(
        "{\"description\":\"Answer warmly.\",\"origin\":\"12 answers\",\"pairs_file\":{\"sha256\":\"%s\"}}"
            .formatted(SHA256));

    assertThat(PairRecord.of(pairs)).contains(new PairRecord("Answer warmly.", "12 answers"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"rule\":\"grade\",\"pairs_file\":{\"sha256\":\"00\"}}",
        "{\"rule\":\"grade\"}",
        "[]",
        "no JSON"
      })
  void isEmptyForARecordOfOtherBytes(String record) throws IOException {
    write(record);

    assertThat(PairRecord.of(pairs)).isEmpty();
  }

  @Test
  void isEmptyWithoutARecordOrPairs() throws IOException {
    assertThat(PairRecord.of(pairs)).isEmpty();
    assertThat(PairRecord.of(folder.resolve("none.jsonl"))).isEmpty();
  }

  private void write(String record) throws IOException {
    Files.writeString(folder.resolve("pairs.jsonl.record.json"), record);
  }
}
