package dev.panda.basemodel.serving.grpc;

import dev.panda.answer.Reason;
import dev.panda.answer.RefusedException;
import dev.panda.api.basemodel.v1.Chat;
import dev.panda.api.basemodel.v1.Prompt;
import dev.panda.transformer.chat.ChatMessage;
import dev.panda.transformer.chat.ChatTemplate;
import dev.panda.transformer.chat.RenderedChat;
import dev.panda.transformer.checkpoint.CheckpointException;
import dev.panda.transformer.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;

/** Turns the three forms of a prompt into token ids. */
final class Prompts {
  private static final Logger LOG = Logger.getLogger(Prompts.class);

  private final Tokenizer tokenizer;
  private final Optional<ChatTemplate> chatTemplate;
  private final int vocabularySize;
  private final boolean controlTokensInContents;

  /**
   * @param vocabularySize number of token ids that the model has
   * @param controlTokensInContents whether a message may hold control tokens
   */
  Prompts(
      Tokenizer tokenizer,
      Optional<ChatTemplate> chatTemplate,
      int vocabularySize,
      boolean controlTokensInContents) {
    this.tokenizer = tokenizer;
    this.chatTemplate = chatTemplate;
    this.vocabularySize = vocabularySize;
    this.controlTokensInContents = controlTokensInContents;
  }

  /** Whether a prompt must be tokenised, so that parsing it takes long. */
  static boolean isText(Prompt prompt) {
    return prompt.hasText() || prompt.hasChat();
  }

  /**
   * @param field path of the prompt
   * @param mostTokens longest prompt
   * @return at least one token id
   * @throws RefusedException if the prompt has no token or too many, or the template cannot render
   *     it
   */
  int[] tokens(String field, Prompt prompt, int mostTokens) {
    int[] ids =
        switch (prompt.getKindCase()) {
          case TOKENS -> inVocabulary(field + ".tokens.ids", prompt.getTokens().getIdsList());
          case TEXT -> encode(field, prompt.getText(), mostTokens);
          case CHAT -> conversation(field + ".chat", prompt.getChat(), mostTokens).tokenIds();
          case KIND_NOT_SET ->
              throw RefusedException.field(field, "unset", "one of tokens, text and chat");
        };
    if (ids.length == 0 || (prompt.hasText() && prompt.getText().isEmpty())) {
      throw RefusedException.field(field, "empty", "at least one token");
    }
    PromptLengths.ids(field, ids.length, mostTokens);
    return ids;
  }

  private int[] encode(String field, String text, int mostTokens) {
    requireFewTokens(field, text, mostTokens);
    return inModel(field, tokenizer.encode(text, true));
  }

  /** A tokenizer may have added tokens that the model has no embedding for. */
  private int[] inModel(String field, int[] ids) {
    for (int id : ids) {
      if (!isInVocabulary(id)) {
        throw RefusedException.field(
            field, "token " + id, "tokens that the model has, 0 to " + (vocabularySize - 1));
      }
    }
    return ids;
  }

  private void requireFewTokens(String field, String text, int mostTokens) {
    int least = tokenizer.leastTokens(text);
    if (least > mostTokens) {
      throw RefusedException.field(field, least + " tokens or more", "at most " + mostTokens);
    }
  }

  /**
   * @param mostTokens longest conversation
   * @throws RefusedException if the template cannot render the conversation, or it is too long
   */
  ValidConversation conversation(String field, Chat chat, int mostTokens) {
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
    RenderedChat rendered = render(field, template, messages(field + ".messages", chat));
    requireFewTokens(field, rendered.text(), mostTokens);
    return new ValidConversation(rendered.text(), inModel(field, encode(field, rendered)));
  }

  private int[] encode(String field, RenderedChat rendered) {
    if (controlTokensInContents) {
      return tokenizer.encode(rendered.text(), false);
    }
    try {
      return tokenizer.encode(rendered);
    } catch (CheckpointException e) {
      LOG.warn("Control tokens in a message were not taken as text.", e);
      throw RefusedException.field(
          field + ".messages",
          "with control tokens",
          "none in messages, as the model's tokenizer failed to take them as text");
    }
  }

  private static RenderedChat render(
      String field, ChatTemplate template, List<ChatMessage> messages) {
    try {
      return template.render(messages, true);
    } catch (IllegalArgumentException e) {
      throw RefusedException.field(
          field, "refused", "a conversation that the template takes: " + e.getMessage());
    } catch (CheckpointException e) {
      LOG.warn("A conversation was not rendered.", e);
      String reason = e.getCause() == null ? "it is faulty" : e.getCause().getMessage();
      throw RefusedException.field(
          field + ".messages",
          "%d of %d characters".formatted(messages.size(), characters(messages)),
          "a conversation that the model's chat template renders; it failed: " + reason);
    }
  }

  private static List<ChatMessage> messages(String field, Chat chat) {
    if (chat.getMessagesCount() == 0) {
      throw RefusedException.field(field, "none", "at least one");
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
      if (!isInVocabulary(tokens[i])) {
        throw notInVocabulary("%s[%d]".formatted(field, i), tokens[i]);
      }
    }
    return tokens;
  }

  int inVocabulary(String field, int id) {
    if (!isInVocabulary(id)) {
      throw notInVocabulary(field, id);
    }
    return id;
  }

  private boolean isInVocabulary(int id) {
    return id >= 0 && id < vocabularySize;
  }

  private RefusedException notInVocabulary(String field, int id) {
    return RefusedException.field(field, id, "0 to " + (vocabularySize - 1));
  }
}
