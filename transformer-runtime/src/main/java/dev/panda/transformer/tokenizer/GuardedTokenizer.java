package dev.panda.transformer.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A tokenizer that knows the control tokens by names that nobody can write: with a random number in
 * them. Everything else is as in the model's own, so that a text without control tokens has the
 * same ids in both.
 */
final class GuardedTokenizer implements AutoCloseable {
  private static final int SECRET_BITS = 128;

  private final Map<String, String> names;
  private final LibraryTokenizer library;

  /**
   * @param tokenizerJson the model's own; changed by this
   * @param endTokens count as control tokens
   */
  GuardedTokenizer(
      ObjectNode tokenizerJson, ControlTokens controls, Set<Integer> endTokens, String source) {
    names = controls.names(new BigInteger(SECRET_BITS, new SecureRandom()).toString(36));
    for (JsonNode added : tokenizerJson.path("added_tokens")) {
      if (ControlTokens.isControl(added, endTokens)) {
        ((ObjectNode) added)
            .put("content", names.get(added.path("content").asText()))
            .put("normalized", false)
            .put("single_word", false);
      }
    }
    rename((ObjectNode) tokenizerJson.path("model"));
    library = LibraryTokenizer.load(tokenizerJson, source);
  }

  private void rename(ObjectNode model) {
    if (model.path("vocab") instanceof ObjectNode vocabulary) {
      List<String> present = names.keySet().stream().filter(vocabulary::has).toList();
      present.forEach(token -> vocabulary.set(names.get(token), vocabulary.remove(token)));
    }
    for (JsonNode piece : model.path("vocab")) {
      if (piece instanceof ArrayNode list && names.containsKey(list.path(0).asText())) {
        list.set(0, names.get(list.path(0).asText()));
      }
    }
    String unknown = model.path("unk_token").asText();
    if (names.containsKey(unknown)) {
      model.put("unk_token", names.get(unknown));
    }
    if (model.path("merges") instanceof ArrayNode merges) {
      List<JsonNode> kept = new ArrayList<>();
      merges.forEach(
          merge -> {
            if (!makesControl(merge)) {
              kept.add(merge);
            }
          });
      merges.removeAll().addAll(kept);
    }
  }

  private boolean makesControl(JsonNode merge) {
    String[] pair =
        merge.isArray()
            ? new String[] {merge.path(0).asText(), merge.path(1).asText()}
            : merge.asText().split(" ", -1);
    return names.containsKey(pair[0])
        || names.containsKey(pair[1])
        || names.containsKey(pair[0] + pair[1]);
  }

  /**
   * @param genuine the control tokens that stay such, in order
   */
  int[] encode(String text, List<ControlTokens.Found> genuine) {
    StringBuilder named = new StringBuilder();
    int from = 0;
    for (ControlTokens.Found found : genuine) {
      named.append(text, from, found.start()).append(names.get(found.token()));
      from = found.end();
    }
    return library.encode(named.append(text, from, text.length()).toString(), false);
  }

  @Override
  public void close() {
    library.close();
  }
}
