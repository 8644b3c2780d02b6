package dev.panda.transformer.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Compares templates in the style of well-known models with transformers ({@code
 * chat_templates.py}).
 */
class ChatTemplateGoldenTest {

  @TestFactory
  Stream<DynamicTest> rendersAsTransformersDoes() throws IOException {
    List<DynamicTest> tests = new ArrayList<>();
    for (JsonNode golden : new ObjectMapper().readTree(resource("chat_templates.json"))) {
      String name =
          golden.path("template").asText()
              + " "
              + golden.path("messages").findValuesAsText("role")
              + golden.path("addGenerationPrompt");
      tests.add(DynamicTest.dynamicTest(name, () -> check(golden)));
    }
    return tests.stream();
  }

  private static void check(JsonNode golden) throws IOException {
    String text = resource("templates/" + golden.path("template").asText());
    ChatTemplate template =
        new ChatTemplate(
            new ChatTemplateSource(
                text, "golden", Map.of("bos_token", "<s>", "eos_token", "</s>")));
    List<ChatMessage> messages = new ArrayList<>();
    for (JsonNode message : golden.path("messages")) {
      messages.add(
          new ChatMessage(message.path("role").asText(), message.path("content").asText()));
    }
    boolean prompt = golden.path("addGenerationPrompt").asBoolean();
    if (golden.has("error")) {
      assertThatThrownBy(() -> template.render(messages, prompt))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(golden.path("error").asText());
    } else {
      assertThat(template.render(messages, prompt).text()).isEqualTo(golden.path("text").asText());
    }
  }

  private static String resource(String name) throws IOException {
    try (InputStream resource = ChatTemplateGoldenTest.class.getResourceAsStream(name)) {
      return new String(resource.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
