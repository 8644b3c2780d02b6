package dev.panda.transformer.chat;

import dev.panda.transformer.checkpoint.CheckpointException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns a conversation into the form of text that a model was trained on. The text includes the
 * special tokens, so tokenise it without adding them. Many threads may use one instance.
 */
public final class ChatTemplate {
  private static final Logger LOG = LoggerFactory.getLogger(ChatTemplate.class);

  private final TemplateEngine engine;
  private final ChatTemplateSource source;

  ChatTemplate(ChatTemplateSource source) {
    this.source = source;
    engine = new TemplateEngine(source.text(), source.origin());
  }

  /**
   * Opens the chat template of a Hugging Face directory ({@code chat_template.jinja}, or in {@code
   * tokenizer_config.json}) or of a GGUF file; empty if the model has none.
   *
   * @throws CheckpointException if the model's files cannot be read, or the template cannot be
   *     parsed
   */
  public static Optional<ChatTemplate> open(Path model) {
    return ChatTemplateSource.find(model).map(ChatTemplate::new);
  }

  /**
   * Renders a sample conversation, because the first rendering is slow. Ignores failures: a broken
   * template fails again when it renders a real conversation.
   */
  public void rehearse() {
    try {
      render(List.of(new ChatMessage("user", "Hello.")), true);
    } catch (IllegalArgumentException | CheckpointException failed) {
      LOG.debug("chat template: not rehearsed", failed);
    }
  }

  /** The template's text, in Jinja. */
  public String text() {
    return source.text();
  }

  /**
   * Renders a conversation, including the special tokens.
   *
   * @param messages at least one, in order
   * @param addGenerationPrompt whether to open the assistant's turn at the end
   * @throws IllegalArgumentException if there is no message, or the template refuses the
   *     conversation
   * @throws CheckpointException if the template fails, or exceeds the limits for templates
   */
  public RenderedChat render(List<ChatMessage> messages, boolean addGenerationPrompt) {
    if (messages.isEmpty()) {
      throw new IllegalArgumentException("messages: none (expected: at least one)");
    }
    Map<String, Object> variables = new LinkedHashMap<>();
    variables.put("messages", messages.stream().map(ChatTemplate::variable).toList());
    variables.put("add_generation_prompt", addGenerationPrompt);
    source.beginToken().ifPresent(token -> variables.put("bos_token", token));
    source.endToken().ifPresent(token -> variables.put("eos_token", token));
    return find(messages, engine.render(variables));
  }

  private static RenderedChat find(List<ChatMessage> messages, String text) {
    List<RenderedChat.Span> contents = new ArrayList<>();
    int from = 0;
    for (ChatMessage message : messages) {
      String content = message.content().strip();
      int start = text.indexOf(content, from);
      if (!content.isEmpty() && start >= 0) {
        contents.add(new RenderedChat.Span(start, start + content.length()));
        from = start + content.length() + 1;
      }
    }
    return new RenderedChat(text, contents);
  }

  private static Map<String, Object> variable(ChatMessage message) {
    Map<String, Object> variable = new LinkedHashMap<>();
    variable.put("role", message.role());
    variable.put("content", message.content());
    return variable;
  }
}
