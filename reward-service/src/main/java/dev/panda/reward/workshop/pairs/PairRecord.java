package dev.panda.reward.workshop.pairs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.panda.transformer.reward.loading.Fingerprint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The record that {@code make-pairs} writes beside its pairs about how it made them.
 *
 * @param description the quality that the chosen answers have more of
 * @param origin of the pairs
 */
public record PairRecord(String description, String origin) {

  /** The record of a file of pairs; empty if there is none, or if the file has changed since. */
  public static Optional<PairRecord> of(Path pairs) {
    Path beside = pairs.resolveSibling(pairs.getFileName() + ".record.json");
    if (!Files.isRegularFile(beside) || !Files.isRegularFile(pairs)) {
      return Optional.empty();
    }
    try {
      JsonNode record = new JsonMapper().readTree(beside.toFile());
      String sha256 = record.path("pairs_file").path("sha256").asText();
      if (!sha256.equals(Fingerprint.ofFile(pairs))) {
        return Optional.empty();
      }
      return Optional.of(
          new PairRecord(record.path("description").asText(), record.path("origin").asText()));
    } catch (IOException unreadable) {
      return Optional.empty();
    }
  }
}
