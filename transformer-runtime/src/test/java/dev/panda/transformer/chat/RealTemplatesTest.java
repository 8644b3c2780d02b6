package dev.panda.transformer.chat;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.panda.transformer.checkpoint.CheckpointException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/**
 * Compares about 70 real templates with jinja2. They are not ours: {@code golden_templates.py}
 * fetches them into the folder that {@code PANDA_TEMPLATES} names.
 */
class RealTemplatesTest {
  private static final LocalDateTime NOW = LocalDateTime.of(2026, 3, 7, 15, 4, 5);

  @Test
  void rendersWhatJinja2RendersAndRefusesWhatItRefuses() throws IOException {
    String folder = System.getenv("PANDA_TEMPLATES");
    Assumptions.assumeTrue(folder != null, "PANDA_TEMPLATES: unset");
    JsonNode goldens = new ObjectMapper().readTree(Path.of(folder, "goldens.json").toFile());
    List<String> different = new ArrayList<>();
    int refused = 0;
    for (JsonNode golden : goldens.path("cases")) {
      String text = Files.readString(Path.of(folder, golden.path("template").asText()));
      String expected = golden.path("text").asText("refused");
      String actual = render(new ChatTemplate(source(text, goldens)), messages(golden));
      boolean bothRefuse = golden.has("error") && actual.startsWith("refused");
      refused += bothRefuse ? 1 : 0;
      if (!bothRefuse && !actual.equals(expected)) {
        different.add(golden.path("template").asText() + ": " + shown(actual, expected));
      }
    }
    int all = goldens.path("cases").size();
    System.out.printf(
        "%d renderings: %d equal, %d refused by both, %d different%n",
        all, all - refused - different.size(), refused, different.size());
    assertThat(different).isEmpty();
  }

  private static ChatTemplateSource source(String text, JsonNode goldens) {
    @SuppressWarnings("unchecked")
    Map<String, String> tokens = new ObjectMapper().convertValue(goldens.path("tokens"), Map.class);
    return new ChatTemplateSource(text, "template", tokens);
  }

  private static List<ChatMessage> messages(JsonNode golden) {
    List<ChatMessage> messages = new ArrayList<>();
    for (JsonNode message : golden.path("messages")) {
      messages.add(
          new ChatMessage(message.path("role").asText(), message.path("content").asText()));
    }
    return messages;
  }

  private static String render(ChatTemplate template, List<ChatMessage> messages) {
    try {
      return template.render(messages, true, NOW).text();
    } catch (IllegalArgumentException | CheckpointException e) {
      return "refused: " + e.getMessage();
    }
  }

  private static String shown(String actual, String expected) {
    int same = 0;
    while (same < Math.min(actual.length(), expected.length())
        && actual.charAt(same) == expected.charAt(same)) {
      same++;
    }
    int from = Math.max(0, same - 40);
    return "…%s (expected: …%s)".formatted(part(actual, from), part(expected, from));
  }

  private static String part(String text, int from) {
    return text.substring(Math.min(from, text.length()), Math.min(text.length(), from + 120));
  }
}
