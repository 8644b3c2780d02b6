package dev.panda.transformer.tokenizer;

import java.util.List;

/**
 * The patterns by which byte-level tokenizers split a text before they merge. They are applied in
 * order; what a pattern matches stays together.
 */
final class Splits {
  private static final String CONTRACTION = "(?i:'s|'t|'re|'ve|'m|'ll|'d)";
  private static final String WORDS = "[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|";
  private static final String UPPER = "[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]";
  private static final String LOWER = "[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]";
  private static final String SPACES = "\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
  private static final String SYMBOLS = " ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|";
  private static final String SYMBOLS_AND_SLASHES = " ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|";
  private static final String GPT2_WITHOUT_LAST_SPACES =
      "'(?:s|t|re|ve|m|ll|d)| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)";

  /** Ideographs, kana and Hangul, in the order in which DeepSeek's files have them. */
  private static final String ASIAN = "[\u4e00-\u9fa5\u0800-\u4e00\uac00-\ud7ff]+";

  static final List<String> GPT2 = List.of(GPT2_WITHOUT_LAST_SPACES + "|\\s+");
  static final List<String> DIGITS_THEN_GPT2 = List.of("\\p{N}", GPT2.get(0));
  static final List<String> DEFAULT =
      List.of("[\\p{P}\\$\\+<=>\\^~\\|]+", GPT2_WITHOUT_LAST_SPACES, "\\p{N}+", "[0-9][0-9][0-9]");
  static final List<String> LLAMA3 =
      List.of(CONTRACTION + "|" + WORDS + "\\p{N}{1,3}|" + SYMBOLS + SPACES);
  static final List<String> QWEN2 =
      List.of(CONTRACTION + "|" + WORDS + "\\p{N}|" + SYMBOLS + SPACES);

  /** As Qwen2, with combining marks as parts of words. */
  static final List<String> QWEN35 =
      List.of(
          CONTRACTION
              + "|[^\\r\\n\\p{L}\\p{N}]?[\\p{L}\\p{M}]+|\\p{N}"
              + "| ?[^\\s\\p{L}\\p{M}\\p{N}]+[\\r\\n]*|"
              + SPACES);

  static final List<String> SEED_CODER =
      List.of(CONTRACTION + "|" + WORDS + "\\p{N}| ?[^\\s\\p{L}\\p{N}\\r\\n]+|" + SPACES);
  static final List<String> TEKKEN =
      List.of(casedWords("") + "\\p{N}|" + SYMBOLS_AND_SLASHES + SPACES);
  static final List<String> GPT4O =
      List.of(casedWords(CONTRACTION + "?") + "\\p{N}{1,3}|" + SYMBOLS_AND_SLASHES + SPACES);

  /** Cased letters, as DeepSeek's first models list them. */
  private static final String CASED =
      "A-Za-zµÀ-ÖØ-öø-ƺƼ-ƿǄ-ʓʕ-ʯͰ-ͳͶͷͻ-ͽͿΆΈ-ΊΌΎ-ΡΣ-ϵϷ-ҁҊ-ԯԱ-ՖႠ-ჅᎠ-Ᏽᏸ-ᏽᲐ-ᲺᲽ-Ჿᴀ-ᴫᵫ-ᵷᵹ-ᶚ\u1e00-\u1f15"
          + "\u1f18-\u1f1d\u1f20-\u1f45\u1f48-\u1f4d\u1f50-\u1f57\u1f59\u1f5b\u1f5d\u1f5f-\u1f7d"
          + "\u1f80-\u1fb4\u1fb6-\u1fbc\u1fbe\u1fc2-\u1fc4\u1fc6-\u1fcc\u1fd0-\u1fd3\u1fd6-\u1fdb"
          + "\u1fe0-\u1fec\u1ff2-\u1ff4\u1ff6-\u1ffc\u2102\u2107\u210a-\u2113\u2115\u2119-\u211d"
          + "\u2124\u2126\u2128\u212a-\u212d\u212f-\u2134\u2139\u213c-\u213f\u2145-\u2149\u214e\u2183"
          + "\u2184Ⰰ-ⱻⱾ-ⳤⳫ-ⳮⳲⳳꙀ-ꙭꚀ-ꚛꜢ-ꝯꝱ-ꞇꞋ-ꞎꭰ-ꮿﬀ-ﬆﬓ-ﬗＡ-Ｚａ-ｚ𐐀-𐑏𐒰-𐓓𐓘-𐓻𐲀-𐲲𐳀-𐳲𑢠-𑣟𞤀-𞥃";

  static final List<String> DEEPSEEK_LLM =
      List.of(
          "[\\r\\n]",
          "\\s?[" + CASED + "]+",
          "\\s?[!-/:-~！-／：-～‘-‟　-。]+",
          "\\s+$",
          ASIAN,
          "\\p{N}");
  static final List<String> DEEPSEEK_CODER =
      List.of("[\\r\\n]", "\\s?\\p{L}+", "\\s?\\p{P}+", ASIAN, "\\p{N}");
  static final List<String> DEEPSEEK3 =
      List.of(
          "\\p{N}{1,3}",
          "[\u4e00-\u9fa5\u3040-\u309f\u30a0-\u30ff]+",
          "[!\"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~][A-Za-z]+"
              + "|[^\\r\\n\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{M}]+| ?[\\p{P}\\p{S}]+[\\r\\n]*|"
              + SPACES);

  /** Words as in BLOOM: anything up to a space or a mark that ends a sentence. */
  static final List<String> BLOOM = List.of(" ?[^(\\s|.,!?…。，、।۔،)]+");

  static final List<String> BLOOM_THEN_DIGITS = List.of(BLOOM.get(0), "\\p{N}");

  private Splits() {}

  private static String casedWords(String end) {
    String before = "[^\\r\\n\\p{L}\\p{N}]?";
    return before + UPPER + "*" + LOWER + "+" + end + "|" + before + UPPER + "+" + LOWER + "*" + end
        + "|";
  }
}
