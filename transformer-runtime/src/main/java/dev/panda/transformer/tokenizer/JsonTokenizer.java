package dev.panda.transformer.tokenizer;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.panda.transformer.checkpoint.CheckpointException;
import java.util.Optional;
import java.util.stream.IntStream;

/** A tokenizer that a {@code tokenizer.json} describes, run by the Hugging Face library. */
final class JsonTokenizer implements Tokenizer {
  private static final String REHEARSED = "Hello, 世界!\n 1";

  private final Vocabulary vocabulary;
  private final String fingerprint;

  /** Empty if the tokenizer may put text of any length into one token. */
  private final Optional<LeastTokens> leastTokens;

  private final LibraryTokenizer library;

  /**
   * @param source prefix of error messages
   */
  JsonTokenizer(ObjectNode tokenizerJson, String source) {
    TokenizerStructure.check(tokenizerJson, source);
    vocabulary = Vocabulary.of(tokenizerJson, source);
    fingerprint = vocabulary.fingerprint();
    Part whole = Part.whole(tokenizerJson, source);
    leastTokens =
        LeastTokens.isKnown(whole, vocabulary)
            ? Optional.of(LeastTokens.of(whole, vocabulary))
            : Optional.empty();
    library = LibraryTokenizer.load(tokenizerJson, source);
    try {
      decode(encode(REHEARSED, true), true);
    } catch (RuntimeException e) {
      library.close();
      throw new CheckpointException(
          source + ": cannot tokenise a text: " + e.getMessage() + " (expected: its tokens)", e);
    }
  }

  @Override
  public int[] encode(String text, boolean addSpecialTokens) {
    checkUnicode(text);
    return library.encode(text, addSpecialTokens);
  }

  @Override
  public int leastTokens(String text) {
    return leastTokens.map(least -> least.in(text)).orElse(0);
  }

  @Override
  public String decode(int[] ids, boolean keepSpecialTokens) {
    long[] tokens = IntStream.of(ids).filter(vocabulary::contains).asLongStream().toArray();
    return library.decode(tokens, keepSpecialTokens);
  }

  @Override
  public byte[] bytes(int id) {
    return vocabulary.bytes(id);
  }

  @Override
  public int vocabularySize() {
    return vocabulary.size();
  }

  @Override
  public String fingerprint() {
    return fingerprint;
  }

  @Override
  public void close() {
    library.close();
  }

  private static void checkUnicode(String text) {
    for (int i = 0; i < text.length(); i++) {
      int character = text.codePointAt(i);
      if (character >= Character.MIN_SURROGATE && character <= Character.MAX_SURROGATE) {
        throw new IllegalArgumentException(
            "text: lone surrogate U+%04X at index %d (expected: Unicode text)"
                .formatted(character, i));
      }
      if (Character.isSupplementaryCodePoint(character)) {
        i++;
      }
    }
  }
}
