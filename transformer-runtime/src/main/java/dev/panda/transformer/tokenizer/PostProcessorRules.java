package dev.panda.transformer.tokenizer;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Bounds a tokenizer's {@code post_processor}, which puts tokens around a text. Every token that it
 * names must be in the file, and the text must stay in it, once.
 */
final class PostProcessorRules {
  private static final int MOST_PIECES = 64;
  private static final int MOST_IDS = 16;

  private PostProcessorRules() {}

  static void check(Part whole) {
    int templates = 0;
    for (Part step : TokenizerStructure.components(whole.at("post_processor"), "processors")) {
      TokenizerStructure.requireKnown(step, Set.of("ByteLevel", "TemplateProcessing"));
      if (TokenizerStructure.type(step).equals("TemplateProcessing")) {
        checkTemplate(step);
        if (++templates > 1) {
          throw step.refused("a second template", "one");
        }
      }
    }
  }

  private static void checkTemplate(Part template) {
    Part tokens = template.at("special_tokens");
    if (!tokens.node().isObject()) {
      throw tokens.refused("an object");
    }
    tokens.node().fieldNames().forEachRemaining(name -> checkToken(tokens.at(name)));
    checkPieces(template.at("single"), tokens, List.of("A"));
    checkPieces(template.at("pair"), tokens, List.of("A", "B"));
  }

  private static void checkToken(Part token) {
    List<Part> ids = token.at("ids").list(MOST_IDS);
    ids.forEach(id -> id.integer(0, Vocabulary.MOST_TOKENS - 1));
    if (token.at("tokens").list(MOST_IDS).size() != ids.size()) {
      throw token.at("tokens").refused("as many as ids, " + ids.size());
    }
  }

  private static void checkPieces(Part pieces, Part tokens, List<String> texts) {
    List<String> seen = new ArrayList<>();
    for (Part piece : pieces.list(MOST_PIECES)) {
      Part special = piece.at("SpecialToken").at("id");
      if (special.isAbsent()) {
        seen.add(piece.at("Sequence").at("id").text());
      } else if (!tokens.node().has(special.text())) {
        throw special.refused("one of special_tokens");
      }
    }
    if (!seen.stream().sorted().toList().equals(texts)) {
      throw pieces.refused("texts " + seen, "each of " + texts + " once");
    }
  }
}
