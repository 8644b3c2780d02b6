package dev.panda.transformer.tokenizer;

import dev.panda.transformer.checkpoint.CheckpointException;
import dev.panda.transformer.checkpoint.gguf.Gguf;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * The vocabulary of a GGUF file. Checked: there are as many types as tokens, and no token occurs
 * twice.
 */
final class GgufTokens {
  private static final String PREFIX = "tokenizer.ggml.";
  private static final int NORMAL = 1;
  private static final int UNKNOWN = 2;
  private static final int CONTROL = 3;
  private static final int USER_DEFINED = 4;
  private static final int UNUSED = 5;
  private static final int BYTE = 6;

  /** Above the score of any piece. */
  private static final float BEFORE_OTHERS = 1e6f;

  private final Gguf gguf;
  private final String model;
  private final List<String> tokens;
  private final int[] types;
  private final Map<String, Integer> ids = new HashMap<>();

  /** The runs of spaces. */
  private final BitSet spaces = new BitSet();

  private GgufTokens(Gguf gguf, String model, List<String> tokens, int[] types) {
    this.gguf = gguf;
    this.model = model;
    this.tokens = tokens;
    this.types = types;
  }

  static GgufTokens of(Gguf gguf) {
    String model = gguf.string(PREFIX + "model").orElseThrow(() -> missing(gguf, "model"));
    List<String> tokens =
        gguf.strings(PREFIX + "tokens").orElseThrow(() -> missing(gguf, "tokens"));
    int[] types =
        gguf.integers(PREFIX + "token_type").orElseThrow(() -> missing(gguf, "token_type"));
    GgufTokens result = new GgufTokens(gguf, model, new ArrayList<>(tokens), types);
    result.checkLength("token_type", types.length);
    if (model.equals("llama") && !result.addsSpacePrefix()) {
      result.spellSpaces();
    }
    result.index();
    return result;
  }

  /**
   * Spells runs of spaces as SentencePiece does, and lets them merge as other pieces do. Gemma's
   * files have them with real spaces, as tokens to find before the text is split.
   */
  private void spellSpaces() {
    for (int id = 0; id < tokens.size(); id++) {
      if (isSpaces(id)) {
        tokens.set(id, SentencePieces.SPACE.repeat(tokens.get(id).length()));
        types[id] = NORMAL;
        spaces.set(id);
      }
    }
  }

  private boolean isSpaces(int id) {
    String token = tokens.get(id);
    return types[id] == USER_DEFINED
        && token.length() > 1
        && token.chars().allMatch(character -> character == ' ');
  }

  private void index() {
    for (int id = 0; id < tokens.size(); id++) {
      if (types[id] < NORMAL || types[id] > BYTE) {
        throw error(PREFIX + "token_type[" + id + "]", types[id], "1 to 6");
      }
      Integer earlier = isUsed(id) ? ids.put(tokens.get(id), id) : null;
      if (earlier != null) {
        throw error(
            PREFIX + "tokens[" + id + "]",
            tokens.get(id),
            "a text other than that of token " + earlier);
      }
    }
  }

  int size() {
    return tokens.size();
  }

  String token(int id) {
    return tokens.get(id);
  }

  /** The kind of vocabulary, {@code gpt2} or {@code llama}. */
  String model() {
    return model;
  }

  /** The name of the way in which byte-level BPE splits a text before it merges. */
  String preTokenizer() {
    return gguf.string(PREFIX + "pre").orElse("default");
  }

  /** Whether a token is in use. Unused tokens only pad the vocabulary to the model's size. */
  boolean isUsed(int id) {
    return types[id] != UNUSED;
  }

  /** Whether the tokenizer recognises a token before it splits the text. */
  boolean isAdded(int id) {
    return isSpecial(id) || types[id] == USER_DEFINED;
  }

  boolean isSpecial(int id) {
    return types[id] == CONTROL || types[id] == UNKNOWN;
  }

  boolean isNormal(int id) {
    return types[id] == NORMAL;
  }

  boolean hasBytes() {
    return ids.containsKey("<0x00>");
  }

  /** The id of a token in use. */
  OptionalInt id(String token) {
    Integer id = ids.get(token);
    return id == null ? OptionalInt.empty() : OptionalInt.of(id);
  }

  List<String> merges() {
    return gguf.strings(PREFIX + "merges").orElseThrow(() -> missing(gguf, "merges"));
  }

  /** One score for each token; pieces with higher scores are merged first. */
  float[] scores() {
    float[] scores = gguf.floats(PREFIX + "scores").orElseThrow(() -> missing(gguf, "scores"));
    checkLength("scores", scores.length);
    spaces.stream().forEach(id -> scores[id] = BEFORE_OTHERS - tokens.get(id).length());
    return scores;
  }

  boolean addsSpacePrefix() {
    return gguf.flag(PREFIX + "add_space_prefix").orElse(true);
  }

  OptionalInt unknown() {
    return named("unknown_token_id");
  }

  /** The token before every text; empty if the model requires none. */
  OptionalInt begin() {
    boolean usual = model.equals("llama") || PreTokenizers.beginsTexts(preTokenizer());
    return gguf.flag(PREFIX + "add_bos_token").orElse(usual)
        ? named("bos_token_id")
        : OptionalInt.empty();
  }

  /** The token after every text; empty if the model requires none. */
  OptionalInt end() {
    return gguf.flag(PREFIX + "add_eos_token").orElse(false)
        ? named("eos_token_id")
        : OptionalInt.empty();
  }

  private OptionalInt named(String key) {
    OptionalLong id = gguf.integer(PREFIX + key);
    if (id.isEmpty()) {
      return OptionalInt.empty();
    }
    if (id.getAsLong() < 0 || id.getAsLong() >= size()) {
      throw error(PREFIX + key, id.getAsLong(), "0 to " + (size() - 1));
    }
    return OptionalInt.of((int) id.getAsLong());
  }

  private void checkLength(String key, int length) {
    if (length != size()) {
      throw error(PREFIX + key, length + " elements", size() + ", one for each token");
    }
  }

  CheckpointException error(String key, Object value, String expected) {
    return new CheckpointException(
        gguf.path() + ": " + key + ": " + value + " (expected: " + expected + ")");
  }

  private static CheckpointException missing(Gguf gguf, String key) {
    return new CheckpointException(
        gguf.path()
            + ": "
            + PREFIX
            + key
            + ": missing (expected: present in a file with a tokenizer)");
  }
}
