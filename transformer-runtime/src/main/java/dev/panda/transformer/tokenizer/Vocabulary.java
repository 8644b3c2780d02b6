package dev.panda.transformer.tokenizer;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import dev.panda.transformer.checkpoint.CheckpointException;
import dev.panda.transformer.checkpoint.Sha256;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;

/** The tokens of a {@code tokenizer.json} by id, with the bytes of each. */
final class Vocabulary {
  static final int MOST_TOKENS = 1 << 22;

  /** The type of the decoder of a byte-level vocabulary. */
  static final String BYTE_LEVEL = "ByteLevel";

  private static final byte[] NONE = {};

  /**
   * @param text the token's UTF-8 bytes, ignoring whether it is special
   */
  private record Entry(byte[] text, boolean special, boolean added) {}

  /** Tokens by id; null for an unassigned id. */
  private final List<Entry> entries = new ArrayList<>();

  private final String source;

  private Vocabulary(String source) {
    this.source = source;
  }

  /**
   * @param source prefix of error messages
   */
  static Vocabulary of(JsonNode tokenizerJson, String source) {
    Vocabulary vocabulary = new Vocabulary(source);
    JsonNode model = tokenizerJson.path("model");
    Function<String, byte[]> text = textOf(tokenizerJson, source);
    JsonNode tokens = model.path("vocab");
    if (tokens.isObject()) {
      tokens
          .properties()
          .forEach(token -> vocabulary.put(id(token.getValue()), token.getKey(), text));
    } else {
      for (int id = 0; id < tokens.size(); id++) {
        vocabulary.put(id, tokens.get(id).path(0).asText(), text);
      }
    }
    for (JsonNode added : tokenizerJson.path("added_tokens")) {
      vocabulary.putAdded(
          id(added.path("id")),
          added.path("content").asText().getBytes(UTF_8),
          added.path("special").asBoolean());
    }
    if (vocabulary.entries.isEmpty()) {
      throw new CheckpointException(source + ": model.vocab: no tokens (expected: at least one)");
    }
    return vocabulary;
  }

  private static Function<String, byte[]> textOf(JsonNode tokenizerJson, String source) {
    JsonNode decoder = tokenizerJson.path("decoder");
    if (decoder.findValuesAsText("type").contains(BYTE_LEVEL)) {
      return ByteAlphabet::bytes;
    }
    if (decoder.toString().contains(SentencePieces.SPACE)
        || decoder.findValuesAsText("type").contains("Metaspace")) {
      return SentencePieces::bytes;
    }
    throw new CheckpointException(
        source
            + ": decoder: "
            + decoder.path("type").asText("none")
            + " (expected: byte-level, or SentencePiece's)");
  }

  private static int id(JsonNode id) {
    return id.canConvertToInt() ? id.asInt() : -1;
  }

  private void put(int id, String token, Function<String, byte[]> text) {
    if (id < 0 || id >= MOST_TOKENS) {
      throw new CheckpointException(
          source + ": id of token " + token + ": " + id + " (expected: 0 to " + MOST_TOKENS + ")");
    }
    if (id < entries.size() && entries.get(id) != null) {
      throw new CheckpointException(
          "%s: id of token %s: %d (expected: another id than token %s)"
              .formatted(source, token, id, new String(entries.get(id).text(), UTF_8)));
    }
    put(id, new Entry(text.apply(token), false, false));
  }

  /** An added token may be in the vocabulary, too; what it is as an added token counts. */
  private void putAdded(int id, byte[] text, boolean special) {
    put(id, new Entry(text, special, true));
  }

  private void put(int id, Entry entry) {
    while (entries.size() <= id) {
      entries.add(null);
    }
    entries.set(id, entry);
  }

  /** Highest id + 1. */
  int size() {
    return entries.size();
  }

  /** Highest id of a token that is not an added one, + 1. */
  int ordinarySize() {
    int size = entries.size();
    while (size > 0 && (entries.get(size - 1) == null || entries.get(size - 1).added())) {
      size--;
    }
    return size;
  }

  /** The UTF-8 bytes that a token adds to a text; none for a special token or an unassigned id. */
  byte[] bytes(int id) {
    check(id);
    Entry entry = entries.get(id);
    return entry == null || entry.special() ? NONE : entry.text().clone();
  }

  /** The UTF-8 bytes of a token, even of a special one; none if no token has the id. */
  byte[] text(int id) {
    Entry entry = id >= 0 && id < entries.size() ? entries.get(id) : null;
    return entry == null ? NONE : entry.text().clone();
  }

  /** The bytes of each token, special tokens included. */
  Stream<byte[]> texts() {
    return entries.stream().filter(Objects::nonNull).map(Entry::text);
  }

  /** Whether each of the 256 bytes is a token. */
  boolean hasAllBytes() {
    return texts().filter(text -> text.length == 1).map(text -> text[0]).distinct().count() == 256;
  }

  /** Whether a token has the id. */
  boolean contains(int id) {
    check(id);
    return entries.get(id) != null;
  }

  private void check(int id) {
    if (id < 0 || id >= entries.size()) {
      throw new IllegalArgumentException(
          "token id: " + id + " (expected: in the vocabulary, 0 to " + (entries.size() - 1) + ")");
    }
  }

  /**
   * SHA-256 over every id's text: its length in bytes and the bytes, or −1 for an unassigned id.
   * Special tokens count with their written text. The fingerprint leaves out merges,
   * pre-tokenisation and the choice of special tokens, because services exchange only ids, and
   * formats differ in which tokens they call special.
   */
  String fingerprint() {
    MessageDigest digest = Sha256.digest();
    for (Entry entry : entries) {
      digest.update(intBytes(entry == null ? -1 : entry.text().length));
      digest.update(entry == null ? NONE : entry.text());
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static byte[] intBytes(int value) {
    return ByteBuffer.allocate(Integer.BYTES).putInt(value).array();
  }
}
