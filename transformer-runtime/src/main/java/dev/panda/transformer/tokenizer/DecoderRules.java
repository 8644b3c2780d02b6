package dev.panda.transformer.tokenizer;

import java.util.Set;

/** Bounds a tokenizer's {@code decoder}, which makes a text of tokens. */
final class DecoderRules {
  private static final Set<String> KNOWN =
      Set.of("ByteLevel", "Metaspace", "Replace", "ByteFallback", "Fuse", "Strip");
  private static final int LONGEST_TEXT = 16;

  private DecoderRules() {}

  static void check(Part decoder) {
    for (Part step : TokenizerStructure.components(decoder, "decoders")) {
      TokenizerStructure.requireKnown(step, KNOWN);
      switch (TokenizerStructure.type(step)) {
        case "Replace" -> {
          TokenizerStructure.checkPattern(step.at("pattern"));
          step.at("content").text(LONGEST_TEXT);
        }
        case "Strip" -> {
          step.at("start").integer(0, LONGEST_TEXT);
          step.at("stop").integer(0, 0); // the library looks before the first character
        }
        default -> {
          // Nothing in it can be out of bounds.
        }
      }
    }
  }
}
