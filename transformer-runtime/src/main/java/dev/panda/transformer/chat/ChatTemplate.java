package dev.panda.transformer.chat;

import dev.panda.transformer.checkpoint.CheckpointException;
import dev.panda.transformer.jinja.Template;
import dev.panda.transformer.jinja.TemplateException;
import dev.panda.transformer.jinja.TemplateRefusal;
import dev.panda.transformer.jinja.Text;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.HashMap;
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

  private final ChatTemplateSource source;
  private final Optional<Template> template;
  private final String fault;

  ChatTemplate(ChatTemplateSource source) {
    this.source = source;
    Template parsed = null;
    String failure = source.fault();
    try {
      parsed = failure.isEmpty() ? Template.parse(source.text()) : null;
    } catch (TemplateException e) {
      failure = e.getMessage();
    }
    template = Optional.ofNullable(parsed);
    fault = failure;
    if (!fault.isEmpty()) {
      LOG.error("The model can answer no chat: {}: {}", source.origin(), fault);
    }
  }

  /**
   * Opens the chat template of a Hugging Face directory ({@code chat_template.jinja}, or in {@code
   * tokenizer_config.json}) or of a GGUF file; empty if the model has none. A template that cannot
   * be used has a {@link #fault}, and the model can still complete text.
   *
   * @throws CheckpointException if the model's files cannot be read
   */
  public static Optional<ChatTemplate> open(Path model) {
    return ChatTemplateSource.find(model).map(ChatTemplate::new);
  }

  /**
   * Why this template cannot render anything, such as a line that is not Jinja; empty if it can.
   */
  public Optional<String> fault() {
    return fault.isEmpty() ? Optional.empty() : Optional.of(fault);
  }

  /** The file that has the template, and its key there if it is one of several texts. */
  public String origin() {
    return source.origin();
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
   * @throws CheckpointException if the template has a fault, fails, or exceeds the limits for
   *     templates
   */
  public RenderedChat render(List<ChatMessage> messages, boolean addGenerationPrompt) {
    return render(messages, addGenerationPrompt, LocalDateTime.now(ZoneId.systemDefault()));
  }

  RenderedChat render(List<ChatMessage> messages, boolean addGenerationPrompt, LocalDateTime now) {
    if (messages.isEmpty()) {
      throw new IllegalArgumentException("messages: none (expected: at least one)");
    }
    Map<String, Object> variables = new HashMap<>(source.specialTokens());
    variables.put("messages", messages.stream().map(ChatTemplate::variable).toList());
    variables.put("add_generation_prompt", addGenerationPrompt);
    variables.put("tools", null);
    variables.put("documents", null);
    try {
      Text text =
          template
              .orElseThrow(() -> new CheckpointException(source.origin() + ": " + fault))
              .render(variables, now);
      return new RenderedChat(
          text.chars(),
          text.contents().stream().map(ends -> new RenderedChat.Span(ends[0], ends[1])).toList());
    } catch (TemplateRefusal e) {
      throw new IllegalArgumentException(
          "messages: refused by the model's chat template: " + e.getMessage(), e);
    } catch (TemplateException e) {
      throw new CheckpointException(source.origin() + ": " + e.getMessage(), e);
    }
  }

  /** Roles are words of the model's, so only contents count as text from outside. */
  private static Map<String, Object> variable(ChatMessage message) {
    return Map.of("role", message.role(), "content", Text.content(message.content()));
  }
}
