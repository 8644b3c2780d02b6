package dev.panda.transformer.chat;

import java.util.List;

/**
 * One turn of a conversation.
 *
 * @param role {@code system}, {@code user} or {@code assistant}
 */
public record ChatMessage(String role, String content) {
  private static final List<String> ROLES = List.of("system", "user", "assistant");

  public ChatMessage {
    if (!ROLES.contains(role)) {
      throw new IllegalArgumentException("role: " + role + " (expected: one of " + ROLES + ")");
    }
    if (content == null) {
      throw new IllegalArgumentException("content: null (expected: text)");
    }
  }
}
