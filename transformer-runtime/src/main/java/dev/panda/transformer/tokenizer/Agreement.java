package dev.panda.transformer.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import dev.panda.transformer.checkpoint.CheckpointException;
import dev.panda.transformer.checkpoint.gguf.Gguf;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Compares the tokenizers that lie in one folder: they must know each token by the same id. */
final class Agreement {
  private static final int NORMAL = 1;
  private static final int CONTROL = 3;

  private Agreement() {}

  /**
   * Compares a {@code tokenizer.json} with the vocabulary in a GGUF file, if that has one.
   *
   * @throws CheckpointException if a token has another id, or none
   */
  static void require(Path file, JsonNode tokenizerJson, Gguf gguf) {
    List<String> tokens = gguf.strings("tokenizer.ggml.tokens").orElse(List.of());
    Optional<int[]> types = gguf.integers("tokenizer.ggml.token_type");
    Map<Integer, String> byId = byId(tokenizerJson);
    for (int id = 0; id < tokens.size(); id++) {
      int type = types.isPresent() && id < types.get().length ? types.get()[id] : NORMAL;
      if ((type == NORMAL || type == CONTROL) && !tokens.get(id).equals(byId.get(id))) {
        throw new CheckpointException(
            "%s: token %d: %s (expected: %s, as in %s; remove the file that is not this model's)"
                .formatted(file, id, shown(byId.get(id)), shown(tokens.get(id)), gguf.path()));
      }
    }
  }

  private static Map<Integer, String> byId(JsonNode tokenizerJson) {
    Map<Integer, String> byId = new HashMap<>();
    JsonNode vocabulary = tokenizerJson.path("model").path("vocab");
    if (vocabulary.isObject()) {
      vocabulary
          .properties()
          .forEach(token -> byId.put(token.getValue().asInt(-1), token.getKey()));
    } else {
      for (int id = 0; id < vocabulary.size(); id++) {
        byId.put(id, vocabulary.path(id).path(0).asText());
      }
    }
    for (JsonNode added : tokenizerJson.path("added_tokens")) {
      byId.put(added.path("id").asInt(-1), added.path("content").asText());
    }
    return byId;
  }

  private static String shown(String token) {
    return token == null ? "missing" : "\"" + token + "\"";
  }
}
