package dev.panda.transformer.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/**
 * A folder with a reward model, of which only the card is read.
 *
 * @param folder holds {@code reward.json}
 */
public record RewardModelEntry(Path folder) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Set<String> METHODS_WITH_OWN_WEIGHTS = Set.of("low-rank", "full");

  /** Whether a folder holds a reward model. */
  public static boolean isIn(Path folder) {
    return Files.isRegularFile(folder.resolve("reward.json"));
  }

  public String name() {
    return folder.getFileName().toString();
  }

  public Path card() {
    return folder.resolve("reward.json");
  }

  /** Whether it reads weights of its own, and so needs a reward service of its own. */
  public boolean hasOwnWeights() {
    return METHODS_WITH_OWN_WEIGHTS.contains(read().path("method").asText());
  }

  /** Whether it was made to judge what another reward model guides. */
  public boolean judges() {
    return read().path("training").path("counterpart").path("role").asText().equals("judge");
  }

  /** Whether a reward service serves it with others, without being told its name. */
  public boolean isShared() {
    return !hasOwnWeights() && !judges();
  }

  /** The card; empty if it can't be read, which the reward service will refuse with the reason. */
  private JsonNode read() {
    try {
      return JSON.readTree(card().toFile());
    } catch (IOException damaged) {
      return JSON.createObjectNode();
    }
  }
}
