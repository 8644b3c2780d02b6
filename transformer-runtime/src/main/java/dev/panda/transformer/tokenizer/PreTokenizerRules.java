package dev.panda.transformer.tokenizer;

import java.util.Set;

/** Bounds a tokenizer's {@code pre_tokenizer}, which splits a text before pieces merge. */
final class PreTokenizerRules {
  private static final Set<String> KNOWN =
      Set.of(
          "ByteLevel",
          "Metaspace",
          "Split",
          "Digits",
          "Punctuation",
          "Whitespace",
          "WhitespaceSplit",
          "UnicodeScripts");

  private PreTokenizerRules() {}

  static void check(Part preTokenizer) {
    for (Part step : TokenizerStructure.components(preTokenizer, "pretokenizers")) {
      TokenizerStructure.requireKnown(step, KNOWN);
      if (TokenizerStructure.type(step).equals("Split")) {
        TokenizerStructure.checkPattern(step.at("pattern"));
      }
    }
  }
}
