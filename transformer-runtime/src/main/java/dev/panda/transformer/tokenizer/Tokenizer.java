package dev.panda.transformer.tokenizer;

/** Text to token ids and back. Safe for use by many threads. */
public interface Tokenizer extends AutoCloseable {

  /**
   * Token ids of a text.
   *
   * @param addSpecialTokens whether the tokens that the model wants around a text are added
   */
  int[] encode(String text, boolean addSpecialTokens);

  /**
   * Text of token ids; bytes that are not UTF-8 become U+FFFD. An id that no token has, but higher
   * ones do, adds nothing.
   *
   * @throws IllegalArgumentException if an id is not below {@link #vocabularySize}
   */
  String decode(int[] ids, boolean keepSpecialTokens);

  /**
   * The bytes of UTF-8 that a token adds to a text: none for a special token or an id that no token
   * has, and not always whole characters.
   *
   * @throws IllegalArgumentException if the id is not below {@link #vocabularySize}
   */
  byte[] bytes(int id);

  /** Highest token id that the tokenizer knows, and one more. */
  int vocabularySize();

  /**
   * Fingerprint in hexadecimal, the same for tokenizers that agree on every token id and its text.
   */
  String fingerprint();

  @Override
  void close();
}
