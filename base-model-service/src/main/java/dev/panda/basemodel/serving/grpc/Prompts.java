package dev.panda.basemodel.serving.grpc;

import dev.panda.answer.Reason;
import dev.panda.answer.RefusedException;
import dev.panda.api.basemodel.v1.Chat;
import dev.panda.api.basemodel.v1.Prompt;
import dev.panda.transformer.chat.ChatMessage;
import dev.panda.transformer.chat.ChatTemplate;
import dev.panda.transformer.checkpoint.CheckpointException;
import dev.panda.transformer.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;

/** Turns the three forms of a prompt into token ids. */
final class Prompts {
  private static final Logger LOG = Logger.getLogger(Prompts.class);

  /** A template may go through a conversation several times, and its work is bounded. */
  private static final int MOST_MESSAGES = 1024;

  private final Tokenizer tokenizer;
  private final Optional<ChatTemplate> chatTemplate;
  private final int vocabularySize;

  Prompts(Tokenizer tokenizer, Optional<ChatTemplate> chatTemplate, int vocabularySize) {
    this.tokenizer = tokenizer;
    this.chatTemplate = chatTemplate;
    this.vocabularySize = vocabularySize;
  }

  /**
   * @param field path of the prompt
   * @return at least one token id
   * @throws RefusedException if the prompt has no token, or the template cannot render it
   */
  int[] tokens(String field, Prompt prompt) {
    int[] ids =
        switch (prompt.getKindCase()) {
          case TOKENS -> inVocabulary(field + ".tokens.ids", prompt.getTokens().getIdsList());
          case TEXT -> tokenizer.encode(prompt.getText(), true);
          case CHAT -> conversation(field + ".chat", prompt.getChat()).tokenIds();
          case KIND_NOT_SET ->
              throw RefusedException.field(field, "unset", "one of tokens, text and chat");
        };
    if (ids.length == 0 || (prompt.hasText() && prompt.getText().isEmpty())) {
      throw RefusedException.field(field, "empty", "at least one token");
    }
    return ids;
  }

  ValidConversation conversation(String field, Chat chat) {
    ChatTemplate template =
        chatTemplate.orElseThrow(
            () ->
                new RefusedException(
                    Reason.NO_CHAT_TEMPLATE,
                    field,
                    "a conversation",
                    "tokens or text, as the model has no chat template"));
    if (template.fault().isPresent()) {
      throw new RefusedException(
          Reason.NO_CHAT_TEMPLATE,
          field,
          "a conversation",
          "tokens or text, as the model's chat template is faulty: " + template.fault().get());
    }
    List<ChatMessage> messages = messages(field + ".messages", chat);
    try {
      String text = template.render(messages, true).text();
      return new ValidConversation(text, tokenizer.encode(text, false));
    } catch (IllegalArgumentException e) {
      throw RefusedException.field(
          field, "refused", "a conversation that the template takes: " + e.getMessage());
    } catch (CheckpointException e) {
      LOG.warn("A conversation was not rendered.", e);
      throw RefusedException.field(
          field + ".messages",
          "%d of %d characters".formatted(messages.size(), characters(messages)),
          "a conversation that the model's chat template renders within its limits");
    }
  }

  private static List<ChatMessage> messages(String field, Chat chat) {
    if (chat.getMessagesCount() == 0) {
      throw RefusedException.field(field, "none", "at least one");
    }
    if (chat.getMessagesCount() > MOST_MESSAGES) {
      throw RefusedException.field(field, chat.getMessagesCount(), "at most " + MOST_MESSAGES);
    }
    List<ChatMessage> messages = new ArrayList<>();
    for (dev.panda.api.basemodel.v1.ChatMessage message : chat.getMessagesList()) {
      String role = message.getRole();
      if (!List.of("system", "user", "assistant").contains(role)) {
        throw RefusedException.field(
            "%s[%d].role".formatted(field, messages.size()), role, "system, user or assistant");
      }
      messages.add(new ChatMessage(role, message.getContent()));
    }
    return messages;
  }

  private static long characters(List<ChatMessage> messages) {
    return messages.stream().mapToLong(message -> message.content().length()).sum();
  }

  /**
   * @throws RefusedException if an id is not in the vocabulary
   */
  int[] inVocabulary(String field, List<Integer> ids) {
    int[] tokens = new int[ids.size()];
    for (int i = 0; i < tokens.length; i++) {
      tokens[i] = ids.get(i);
      if (tokens[i] < 0 || tokens[i] >= vocabularySize) {
        throw RefusedException.field(
            "%s[%d]".formatted(field, i), tokens[i], "0 to " + (vocabularySize - 1));
      }
    }
    return tokens;
  }

  int inVocabulary(String field, int id) {
    if (id < 0 || id >= vocabularySize) {
      throw RefusedException.field(field, id, "0 to " + (vocabularySize - 1));
    }
    return id;
  }
}
