package dev.panda.reward.pairs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.panda.reward.model.Fingerprint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What {@code make-pairs} wrote beside its pairs of how they were made.
 *
 * @param rule which of two answers was chosen
 * @param wish the instruction that was wanted, or what a judge graded by, where there is one
 */
public record PairRecord(String rule, Optional<String> wish) {

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
      Optional<String> wish =
          Stream.of(record.path("wanted"), record.path("judge").path("criterion"))
              .filter(JsonNode::isTextual)
              .map(JsonNode::asText)
              .findFirst();
      return Optional.of(new PairRecord(record.path("rule").asText(), wish));
    } catch (IOException unreadable) {
      return Optional.empty();
    }
  }

  /** What a high reward means. */
  public String description() {
    return wish.orElse("Of two answers: " + rule + ".");
  }

  /** Where the pairs come from. */
  public String origin() {
    return "made by make-pairs: " + rule;
  }
}
