package dev.panda.basemodel.workshop.models;

import dev.panda.transformer.chat.ChatMessage;
import dev.panda.transformer.chat.ChatTemplate;
import dev.panda.transformer.checkpoint.CheckpointException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A model's chat template.
 *
 * @param source the file that has it
 * @param fault why it cannot render a conversation; empty if it can
 */
public record Template(String source, Optional<String> fault) {

  /**
   * The template of a model; empty if it has none.
   *
   * @throws CheckpointException if the model's files cannot be read
   */
  static Optional<Template> of(Path model) {
    return ChatTemplate.open(model).map(Template::tried);
  }

  private static Template tried(ChatTemplate template) {
    try {
      template.render(List.of(new ChatMessage("user", "Hello.")), true);
      return new Template(template.origin(), Optional.empty());
    } catch (IllegalArgumentException | CheckpointException failed) {
      String place = template.origin() + ": ";
      String message = failed.getMessage();
      return new Template(
          template.origin(),
          Optional.of(message.startsWith(place) ? message.substring(place.length()) : message));
    }
  }
}
