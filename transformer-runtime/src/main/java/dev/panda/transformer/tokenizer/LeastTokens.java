package dev.panda.transformer.tokenizer;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import java.text.Normalizer;
import java.util.List;
import java.util.Set;

/**
 * Tells cheaply how many tokens a text has at least.
 *
 * <p>A token of more than one byte covers, with each of its bytes, the byte before or the byte
 * after it. So it is no longer than the longest token that holds one of those two pairs. If each
 * byte of a text counts one by that length, the bytes of a token count at most one together, and
 * all bytes at most as much as there are tokens.
 */
final class LeastTokens {
  private static final int BYTES = 256;

  private static final Set<String> KEEPING =
      Set.of("ByteLevel", "Metaspace", "Split", "Digits", "Punctuation", "UnicodeScripts");

  /** The length of the longest token with a pair of bytes [first × 256 + second]. */
  private final short[] longest = new short[BYTES * BYTES];

  private final boolean composes;
  private final boolean sentencePiece;

  private LeastTokens(boolean composes, boolean sentencePiece) {
    this.composes = composes;
    this.sentencePiece = sentencePiece;
  }

  /** Whether the tokens of any text hold all of its bytes, and no token stands for others. */
  static boolean isKnown(Part whole, Vocabulary vocabulary) {
    List<Part> splits = TokenizerStructure.components(whole.at("pre_tokenizer"), "pretokenizers");
    long byteLevels =
        splits.stream().filter(s -> TokenizerStructure.type(s).equals("ByteLevel")).count();
    boolean keeps =
        byteLevels == (isSentencePiece(whole) ? 0 : 1)
            && splits.stream()
                .allMatch(
                    step ->
                        KEEPING.contains(TokenizerStructure.type(step))
                            && !step.node().path("behavior").asText().equals("Removed"));
    Part model = whole.at("model");
    boolean bytes =
        vocabulary.hasAllBytes()
            && TokenizerStructure.type(model).equals("BPE")
            && (!isSentencePiece(whole) || model.at("byte_fallback").isTrue());
    boolean strips = false;
    for (JsonNode added : whole.at("added_tokens").node()) {
      strips |= added.path("lstrip").asBoolean() || added.path("rstrip").asBoolean();
    }
    return keeps
        && bytes
        && !strips
        && NormalizerRules.steps(whole.at("normalizer")).stream().allMatch(LeastTokens::isKnown);
  }

  private static boolean isKnown(Part step) {
    return TokenizerStructure.type(step).equals("NFC") || NormalizerRules.onlyMarksSpaces(step);
  }

  private static boolean isSentencePiece(Part whole) {
    return !whole.at("decoder").node().findValuesAsText("type").contains("ByteLevel");
  }

  static LeastTokens of(Part whole, Vocabulary vocabulary) {
    boolean composes =
        NormalizerRules.steps(whole.at("normalizer")).stream()
            .anyMatch(step -> TokenizerStructure.type(step).equals("NFC"));
    LeastTokens least = new LeastTokens(composes, isSentencePiece(whole));
    vocabulary.texts().forEach(least::add);
    return least;
  }

  private void add(byte[] token) {
    short length = (short) Math.min(token.length, Short.MAX_VALUE);
    for (int i = 1; i < token.length; i++) {
      int pair = pair(token, i);
      longest[pair] = (short) Math.max(longest[pair], length);
    }
  }

  /** A number of tokens that the text has at least; 0 if nothing is known of it. */
  int in(String text) {
    if (composes && !Normalizer.isNormalized(text, Normalizer.Form.NFC)) {
      return 0;
    }
    byte[] bytes = (sentencePiece ? text.replace(SentencePieces.SPACE, " ") : text).getBytes(UTF_8);
    double tokens = 0;
    int before = 1;
    for (int i = 0; i < bytes.length; i++) {
      int after = i + 1 < bytes.length ? Math.max(1, longest[pair(bytes, i + 1)]) : 1;
      tokens += 1.0 / Math.max(before, after);
      before = after;
    }
    return (int) Math.ceil(tokens - 1e-3);
  }

  /** The pair of a byte and the one before it. */
  private static int pair(byte[] bytes, int second) {
    return (bytes[second - 1] & 0xFF) * BYTES + (bytes[second] & 0xFF);
  }
}
