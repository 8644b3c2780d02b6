package dev.panda.transformer.tokenizer;

import static java.util.stream.Collectors.joining;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The ways in which byte-level tokenizers split a text before they merge, by their names in GGUF
 * files ({@code tokenizer.ggml.pre}). Each is a list of patterns that are applied in order; text
 * that a pattern matches stays together.
 */
final class PreTokenizers {
  private static final String GPT2 =
      "'(?:s|t|re|ve|m|ll|d)| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";
  private static final String CONTRACTIONS = "(?i:'s|'t|'re|'ve|'m|'ll|'d)|";
  private static final String WORDS = "[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|";
  private static final String CASED_WORDS =
      "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+|"
          + "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]+[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]*|";
  private static final String SPACES = "\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
  private static final String SYMBOLS = " ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|";
  private static final String SYMBOLS_AND_SLASHES = " ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|";

  private static final Style GPT2_STYLE = new Style(List.of(GPT2), false, false, false);
  private static final Style LLAMA3_STYLE =
      new Style(
          List.of(CONTRACTIONS + WORDS + "\\p{N}{1,3}|" + SYMBOLS + SPACES), true, true, false);

  private static final Map<String, Style> STYLES =
      Map.of(
          "default",
          new Style(
              List.of(
                  "[\\p{P}\\$\\+<=>\\^~\\|]+",
                  "'(?:s|t|re|ve|m|ll|d)| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)",
                  "\\p{N}+",
                  "[0-9][0-9][0-9]"),
              false,
              false,
              false),
          "gpt-2",
          GPT2_STYLE,
          "smollm",
          new Style(List.of("\\p{N}", GPT2), false, false, false),
          "qwen2",
          new Style(
              List.of(CONTRACTIONS + WORDS + "\\p{N}|" + SYMBOLS + SPACES), false, false, true),
          "llama-bpe",
          LLAMA3_STYLE,
          "llama3",
          LLAMA3_STYLE,
          "llama-v3",
          LLAMA3_STYLE,
          "tekken",
          new Style(
              List.of(CASED_WORDS + "\\p{N}|" + SYMBOLS_AND_SLASHES + SPACES), true, true, false));

  /**
   * @param wholeWords whether a piece that is itself a token is taken without merging
   * @param beginsTexts whether a begin token precedes a text if the file does not say so
   * @param composes whether texts are normalised to Unicode NFC first
   */
  record Style(List<String> patterns, boolean wholeWords, boolean beginsTexts, boolean composes) {

    ObjectNode json() {
      List<ObjectNode> steps = new ArrayList<>();
      for (String pattern : patterns) {
        ObjectNode split = GgufTokenizerJson.step("Split");
        split.putObject("pattern").put("Regex", pattern);
        steps.add(split.put("behavior", "Isolated").put("invert", false));
      }
      steps.add(
          GgufTokenizerJson.step("ByteLevel")
              .put("add_prefix_space", false)
              .put("trim_offsets", true)
              .put("use_regex", false));
      return GgufTokenizerJson.sequence("pretokenizers", steps.toArray(new ObjectNode[0]));
    }
  }

  private PreTokenizers() {}

  static Optional<Style> find(String name) {
    return Optional.ofNullable(STYLES.get(name));
  }

  static boolean beginsTexts(String name) {
    return find(name).map(Style::beginsTexts).orElse(false);
  }

  /** The known names, for error messages. */
  static String names() {
    return STYLES.keySet().stream().sorted().collect(joining(", "));
  }
}
