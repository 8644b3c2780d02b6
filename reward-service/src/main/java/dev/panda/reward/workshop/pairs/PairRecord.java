package dev.panda.reward.workshop.pairs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.panda.reward.serving.model.Fingerprint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What {@code make-pairs} wrote beside its pairs of how they were made.
 *
 * @param description what the answers that were chosen have more of
 * @param origin where the pairs come from
 */
public record PairRecord(String description, String origin) {

  /** The record of a file of pairs, where there is one of the very bytes that the file has. */
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
