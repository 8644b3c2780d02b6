package dev.panda.basemodel.serving.grpc;

import dev.panda.answer.RefusedException;
import dev.panda.api.basemodel.v1.Chat;
import dev.panda.api.basemodel.v1.ChatMessage;
import dev.panda.api.basemodel.v1.Prompt;

/**
 * Refuses what is too long to look at, before anything is rendered, tokenised or copied. The limit
 * is 16 characters for each token that may be used: ordinary text has about four for each, and only
 * runs of spaces and the like have more than 16. No text is so long that the library gives up on
 * it.
 */
final class PromptLengths {
  private static final int CHARACTERS_A_TOKEN = 16;
  private static final int MOST_CHARACTERS = 1 << 20;

  /** A template may go through a conversation several times, and its work is bounded. */
  private static final int MOST_MESSAGES = 1024;

  private PromptLengths() {}

  /**
   * Checks a prompt.
   *
   * @param field path of the prompt
   * @param mostTokens its longest length in tokens
   * @return number of its characters, or of its ids
   */
  static int check(String field, Prompt prompt, int mostTokens) {
    return switch (prompt.getKindCase()) {
      case TOKENS -> ids(field, prompt.getTokens().getIdsCount(), mostTokens);
      case TEXT -> characters(field + ".text", prompt.getText().length(), mostTokens);
      case CHAT -> check(field + ".chat", prompt.getChat(), mostTokens);
      case KIND_NOT_SET -> 0;
    };
  }

  static int check(String field, Chat chat, int mostTokens) {
    if (chat.getMessagesCount() > MOST_MESSAGES) {
      throw RefusedException.field(
          field + ".messages", chat.getMessagesCount(), "at most " + MOST_MESSAGES);
    }
    long characters = 0;
    for (ChatMessage message : chat.getMessagesList()) {
      characters += message.getContent().length();
    }
    return characters(field + ".messages", characters, mostTokens);
  }

  static int ids(String field, int ids, int mostTokens) {
    if (ids > mostTokens) {
      throw RefusedException.field(field, ids + " tokens", "at most " + mostTokens);
    }
    return ids;
  }

  static int characters(String field, long characters, int mostTokens) {
    long most = Math.min((long) CHARACTERS_A_TOKEN * mostTokens, MOST_CHARACTERS);
    if (characters > most) {
      throw RefusedException.field(
          field,
          characters + " characters",
          "at most %d, for at most %d tokens".formatted(most, mostTokens));
    }
    return (int) characters;
  }
}
