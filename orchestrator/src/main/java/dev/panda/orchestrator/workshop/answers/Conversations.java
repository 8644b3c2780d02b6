package dev.panda.orchestrator.workshop.answers;

import com.fasterxml.jackson.databind.JsonNode;
import dev.panda.orchestrator.serving.port.ChatMessage;
import dev.panda.orchestrator.workshop.ask.Conversation;
import dev.panda.orchestrator.workshop.cli.CommandFailure;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Reads conversations from files. */
public final class Conversations {
  private static final Set<String> ROLES = Set.of("system", "user", "assistant");

  private Conversations() {}

  /**
   * Reads the field {@code messages} of a line.
   *
   * @throws CommandFailure if the field is malformed; names the line and what is expected
   */
  public static Conversation read(JsonLines.Line line) {
    JsonNode messages = line.object().path("messages");
    if (!messages.isArray() || messages.isEmpty()) {
      throw line.malformed("messages", "a list of at least one message");
    }
    List<ChatMessage> read = new ArrayList<>();
    for (JsonNode message : messages) {
      String role = message.path("role").asText();
      if (!ROLES.contains(role)) {
        throw line.malformed("messages[" + read.size() + "].role", "system, user or assistant");
      }
      String field = "messages[" + read.size() + "].content";
      if (!message.path("content").isTextual()) {
        throw line.malformed(field, "a text");
      }
      read.add(new ChatMessage(role, line.whole(field, message.path("content").asText())));
    }
    if (!read.get(read.size() - 1).role().equals("user")) {
      throw line.malformed("messages", "the user's message last");
    }
    return new Conversation(read);
  }

  /** Reads the prompts of a file, each once. */
  public static Set<Conversation> readPrompts(Path file) throws IOException {
    Set<Conversation> prompts = new LinkedHashSet<>();
    JsonLines.read(file, line -> prompts.add(read(line)));
    if (prompts.isEmpty()) {
      throw new CommandFailure(
          file + ": no prompts (expected: at least one)",
          "Each line is one prompt: {\"messages\": [{\"role\": \"user\", \"content\": \"Why is the sky"
              + " blue?\"}]}");
    }
    return prompts;
  }
}
