package dev.panda.transformer.tokenizer;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.Map;

/**
 * Bounds a tokenizer's {@code normalizer}: together its steps make at most 36 bytes of one. (The
 * compatibility forms of Unicode alone make 11.)
 */
final class NormalizerRules {
  private static final int LARGEST_GROWTH = 36;
  private static final int LONGEST_TEXT = 64;

  /** The steps without parameters that matter, and how many bytes they make of one at most. */
  private static final Map<String, Integer> GROWTH =
      Map.of(
          "NFC",
          3,
          "NFD",
          3,
          "NFKC",
          11,
          "NFKD",
          11,
          "Lowercase",
          2,
          "Strip",
          1,
          "StripAccents",
          1,
          "ByteLevel",
          2,
          "Replace",
          1,
          "Prepend",
          1);

  private NormalizerRules() {}

  static List<Part> steps(Part normalizer) {
    return TokenizerStructure.components(normalizer, "normalizers");
  }

  static void check(Part normalizer) {
    long growth = 1;
    for (Part step : steps(normalizer)) {
      TokenizerStructure.requireKnown(step, GROWTH.keySet());
      growth *= growth(step);
      if (growth > LARGEST_GROWTH) {
        throw step.refused(
            "makes one byte into " + growth, "at most " + LARGEST_GROWTH + " in all steps");
      }
    }
  }

  private static long growth(Part step) {
    return switch (TokenizerStructure.type(step)) {
      case "Replace" -> {
        int shortest = TokenizerStructure.checkPattern(step.at("pattern"));
        yield Math.max(1, (bytes(step.at("content")) + shortest - 1) / shortest);
      }
      case "Prepend" -> {
        if (step.at("prepend").text().isEmpty()) {
          throw step.at("prepend").refused("at least one character");
        }
        // Each piece of text between two added tokens gets its own.
        yield 1 + bytes(step.at("prepend"));
      }
      default -> GROWTH.get(TokenizerStructure.type(step));
    };
  }

  private static int bytes(Part text) {
    return text.text(LONGEST_TEXT).getBytes(UTF_8).length;
  }

  /** Whether a step only writes spaces as SentencePiece does, or puts one before the text. */
  static boolean onlyMarksSpaces(Part step) {
    return switch (TokenizerStructure.type(step)) {
      case "Prepend" -> true;
      case "Replace" ->
          step.at("pattern").at("String").node().asText().equals(" ")
              && step.at("content").text().equals(SentencePieces.SPACE);
      default -> false;
    };
  }

  /** Whether a step may leave nothing of a text. */
  static boolean deletes(Part step) {
    String type = TokenizerStructure.type(step);
    return type.equals("Strip")
        || type.equals("StripAccents")
        || (type.equals("Replace") && step.at("content").text().isEmpty());
  }
}
