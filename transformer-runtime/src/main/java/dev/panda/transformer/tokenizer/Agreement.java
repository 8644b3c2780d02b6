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
   * Compares a tokenizer with the vocabulary in a GGUF file, if that has one.
   *
   * @param source of the tokenizer, for error messages
   * @throws CheckpointException if a token has another id, or none
   */
  static void require(String source, JsonNode tokenizerJson, Gguf gguf) {
    List<String> tokens = gguf.strings("tokenizer.ggml.tokens").orElse(List.of());
    Optional<int[]> types = gguf.integers("tokenizer.ggml.token_type");
    Map<Integer, String> byId = byId(tokenizerJson);
    for (int id = 0; id < tokens.size(); id++) {
      int type = types.isPresent() && id < types.get().length ? types.get()[id] : NORMAL;
      if (type == NORMAL || type == CONTROL) {
        requireSame(source, id, byId.get(id), tokens.get(id), gguf.path());
      }
    }
  }

  /**
   * Compares a tokenizer with the normal pieces of a {@code tokenizer.model}. Other pieces may have
   * other names: models give control tokens names of their own.
   *
   * @param source of the tokenizer, for error messages
   * @throws CheckpointException if a piece has another id, or none
   */
  static void require(String source, JsonNode tokenizerJson, Path model) {
    List<SentencePieceModel.Piece> pieces = SentencePieceModel.pieces(model);
    Map<Integer, String> byId = byId(tokenizerJson);
    for (int id = 0; id < pieces.size(); id++) {
      if (pieces.get(id).type() == NORMAL) {
        requireSame(source, id, byId.get(id), pieces.get(id).text(), model);
      }
    }
  }

  private static void requireSame(
      String source, int id, String found, String expected, Path other) {
    if (!expected.equals(found)) {
      throw new CheckpointException(
          "%s: token %d: %s (expected: %s, as in %s; remove the file that is not this model's)"
              .formatted(source, id, shown(found), shown(expected), other));
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
