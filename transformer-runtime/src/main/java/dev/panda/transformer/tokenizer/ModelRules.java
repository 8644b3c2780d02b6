package dev.panda.transformer.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Set;

/** Bounds a tokenizer's {@code model}: its vocabulary, and how pieces merge into tokens. */
final class ModelRules {
  private static final int LONGEST_TOKEN = 4096;
  private static final double LARGEST_SCORE = 1e6;

  private ModelRules() {}

  static void check(Part model) {
    TokenizerStructure.requireKnown(model, Set.of("BPE", "Unigram"));
    if (TokenizerStructure.type(model).equals("BPE")) {
      checkBytePairs(model);
    } else {
      checkUnigram(model);
    }
  }

  private static void checkBytePairs(Part model) {
    for (String affix : List.of("continuing_subword_prefix", "end_of_word_suffix")) {
      if (!model.at(affix).isAbsent() && !model.at(affix).text().isEmpty()) {
        throw model.at(affix).refused("none");
      }
    }
    if (!model.at("dropout").isAbsent() && model.at("dropout").node().asDouble(1) != 0) {
      throw model.at("dropout").refused("none, as a text has one tokenisation");
    }
    Part vocabulary = model.at("vocab");
    if (!vocabulary.node().isObject()) {
      throw vocabulary.refused("an object");
    }
    vocabulary.node().fieldNames().forEachRemaining(token -> checkToken(vocabulary, token));
    requireToken(model.at("unk_token"), vocabulary.node());
    for (Part merge : model.at("merges").list(Vocabulary.MOST_TOKENS)) {
      checkMerge(merge, vocabulary.node());
    }
  }

  private static void checkMerge(Part merge, JsonNode vocabulary) {
    String[] pair =
        merge.node().isArray() && merge.node().size() == 2
            ? new String[] {merge.at(0).text(), merge.at(1).text()}
            : merge.text().split(" ", -1);
    if (pair.length != 2
        || !vocabulary.has(pair[0])
        || !vocabulary.has(pair[1])
        || !vocabulary.has(pair[0] + pair[1])) {
      throw merge.refused("two tokens that form a token");
    }
  }

  private static void requireToken(Part token, JsonNode vocabulary) {
    if (!token.isAbsent() && !vocabulary.has(token.text())) {
      throw token.refused("a token of the vocabulary");
    }
  }

  private static void checkUnigram(Part model) {
    List<Part> pieces = model.at("vocab").list(Vocabulary.MOST_TOKENS);
    for (Part piece : pieces) {
      String token = piece.at(0).text();
      checkToken(piece, token);
      double score = piece.at(1).node().asDouble(Double.NaN);
      if (token.isEmpty() || piece.node().size() != 2 || !(Math.abs(score) <= LARGEST_SCORE)) {
        throw piece.refused("a text and its score, −1e6 to 1e6");
      }
    }
    if (!model.at("unk_id").isAbsent()) {
      model.at("unk_id").integer(0, pieces.size() - 1);
    }
  }

  private static void checkToken(Part where, String token) {
    if (token.length() > LONGEST_TOKEN) {
      throw where.refused(
          "a token of " + token.length() + " characters", "at most " + LONGEST_TOKEN);
    }
  }
}
