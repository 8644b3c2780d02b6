package dev.panda.transformer.tokenizer;

import dev.panda.transformer.chat.RenderedChat;
import dev.panda.transformer.checkpoint.CheckpointException;
import java.util.Set;

/** Converts text to token ids and back. Many threads may use one instance. */
public interface Tokenizer extends AutoCloseable {

  /**
   * Converts a text to token ids.
   *
   * @param addSpecialTokens whether to add the tokens that the model requires around a text
   */
  int[] encode(String text, boolean addSpecialTokens);

  /**
   * Converts a rendered conversation to token ids. Control tokens (special tokens, and those that
   * end a response) are such only if the template wrote them. Where contents hold their texts, in
   * whole or in part, these are ordinary text.
   *
   * @throws CheckpointException if contents hold control tokens and this tokenizer cannot take them
   *     as text
   */
  int[] encode(RenderedChat chat);

  /**
   * A number of tokens that a text has at least, told at a small part of what it costs to tokenise
   * it; 0 if nothing is known.
   */
  default int leastTokens(String text) {
    return 0;
  }

  /**
   * Converts token ids to text; bytes that are not UTF-8 become U+FFFD. Unassigned ids below the
   * highest one add nothing.
   *
   * @throws IllegalArgumentException if an id is not below {@link #vocabularySize}
   */
  String decode(int[] ids, boolean keepSpecialTokens);

  /**
   * The UTF-8 bytes that a token adds to a text. They may be part of a character; a special token
   * or an unassigned id has none.
   *
   * @throws IllegalArgumentException if the id is not below {@link #vocabularySize}
   */
  byte[] bytes(int id);

  /** The highest token id, plus one. */
  int vocabularySize();

  /**
   * The highest id of a token that any text may hold, plus one. Tokens with higher ids are added
   * ones: only a text that holds theirs has them.
   */
  default int ordinaryVocabularySize() {
    return vocabularySize();
  }

  /** The tokens that end a response, as far as the tokenizer's files say. */
  default Set<Integer> endTokenIds() {
    return Set.of();
  }

  /**
   * A fingerprint in hexadecimal. Tokenizers that agree on every token id and its text have the
   * same fingerprint.
   */
  String fingerprint();

  @Override
  void close();
}
