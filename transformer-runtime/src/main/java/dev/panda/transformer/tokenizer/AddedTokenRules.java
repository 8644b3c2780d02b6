package dev.panda.transformer.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Bounds a tokenizer's {@code added_tokens}. The library compares each with all others, and gives
 * them ids of its own: those must be the ids in the file.
 */
final class AddedTokenRules {
  private static final int MOST_TOKENS = 1 << 14;
  private static final int LONGEST_TOKEN = 1024;
  private static final List<String> FLAGS =
      List.of("single_word", "lstrip", "rstrip", "normalized", "special");

  private AddedTokenRules() {}

  static void check(Part whole) {
    Part added = whole.at("added_tokens");
    if (added.isAbsent()) {
      return;
    }
    List<Part> steps = NormalizerRules.steps(whole.at("normalizer"));
    boolean deletes = steps.stream().anyMatch(NormalizerRules::deletes);
    boolean rewrites = !steps.stream().allMatch(NormalizerRules::onlyMarksSpaces);
    JsonNode vocabulary = whole.at("model").at("vocab").node();
    Map<String, Integer> known = known(vocabulary);
    int next = vocabulary.size();
    for (Part token : added.list(MOST_TOKENS)) {
      checkForm(token, deletes);
      checkSpaces(token, rewrites);
      String content = token.at("content").text();
      int id = token.at("id").integer(0, Vocabulary.MOST_TOKENS - 1);
      int given = known.getOrDefault(content, next);
      if (id != given) {
        throw token
            .at("id")
            .refused(id + " of token " + content, given + ", as the vocabulary says");
      }
      known.put(content, id);
      next = Math.max(next, id + 1);
    }
  }

  private static void checkForm(Part token, boolean deletes) {
    FLAGS.forEach(flag -> token.at(flag).isTrue());
    if (token.at("content").text(LONGEST_TOKEN).isEmpty()) {
      throw token.at("content").refused("at least one character");
    }
    if (deletes && token.at("normalized").isTrue()) {
      throw token
          .at("normalized")
          .refused("false, because the normalizer may leave nothing of the token");
    }
  }

  /** The library fails where such a token stands in space that the token before it takes in. */
  private static void checkSpaces(Part token, boolean rewrites) {
    boolean mayBeBlank =
        token.at("content").text().codePoints().allMatch(AddedTokenRules::isSpace)
            || (rewrites && token.at("normalized").isTrue());
    if (mayBeBlank && token.at("lstrip").isTrue()) {
      throw token.at("lstrip").refused("false for a token that may be white space");
    }
  }

  private static boolean isSpace(int character) {
    return Character.isWhitespace(character)
        || Character.isSpaceChar(character)
        || Character.isISOControl(character);
  }

  private static Map<String, Integer> known(JsonNode vocabulary) {
    Map<String, Integer> ids = new HashMap<>();
    if (vocabulary.isObject()) {
      vocabulary.properties().forEach(token -> ids.put(token.getKey(), token.getValue().asInt(-1)));
    } else {
      for (int id = 0; id < vocabulary.size(); id++) {
        ids.put(vocabulary.path(id).path(0).asText(), id);
      }
    }
    return ids;
  }
}
