package dev.panda.basemodel.testing;

import dev.panda.transformer.chat.RenderedChat;
import dev.panda.transformer.tokenizer.Tokenizer;
import java.nio.charset.StandardCharsets;
import java.util.stream.IntStream;

/** A token for each letter from a (3) to z, and 0 to 2 special; one begin token (1) for a text. */
public final class LetterTokenizer implements Tokenizer {
  private static final int FIRST_LETTER = 3;

  @Override
  public int[] encode(String text, boolean addSpecialTokens) {
    IntStream letters =
        text.chars().filter(Character::isLowerCase).map(letter -> letter - 'a' + FIRST_LETTER);
    return IntStream.concat(addSpecialTokens ? IntStream.of(1) : IntStream.empty(), letters)
        .toArray();
  }

  @Override
  public int[] encode(RenderedChat chat) {
    return encode(chat.text(), false);
  }

  @Override
  public int leastTokens(String text) {
    return encode(text, false).length;
  }

  @Override
  public String decode(int[] ids, boolean keepSpecialTokens) {
    StringBuilder text = new StringBuilder();
    for (int id : ids) {
      text.append(new String(bytes(id), StandardCharsets.UTF_8));
    }
    return text.toString();
  }

  @Override
  public byte[] bytes(int id) {
    return id < FIRST_LETTER ? new byte[0] : new byte[] {(byte) ('a' + id - FIRST_LETTER)};
  }

  @Override
  public int vocabularySize() {
    return FIRST_LETTER + 26;
  }

  @Override
  public String fingerprint() {
    return "letters";
  }

  @Override
  public void close() {}
}
