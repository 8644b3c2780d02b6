package dev.panda.transformer.jinja;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Compares small templates, each with odd contents, with jinja2 ({@code golden_jinja.py}): the text
 * is the same, or both refuse.
 */
class JinjaGoldenTest {
  private static final LocalDateTime NOW = LocalDateTime.of(2026, 3, 7, 15, 4, 5);
  private static final JsonNode GOLDENS = goldens();

  @TestFactory
  Stream<DynamicTest> rendersWhatJinja2Renders() {
    List<DynamicTest> tests = new ArrayList<>();
    for (JsonNode golden : GOLDENS.path("cases")) {
      String template = golden.path("template").asText();
      tests.add(DynamicTest.dynamicTest(template, () -> check(template, golden.path("texts"))));
    }
    return tests.stream();
  }

  private static void check(String template, JsonNode texts) {
    for (int i = 0; i < texts.size(); i++) {
      String content = GOLDENS.path("contents").path(i).asText();
      String expected = texts.path(i).isNull() ? "refused" : "=" + texts.path(i).asText();
      assertThat(render(template, content)).as(content).isEqualTo(expected);
    }
  }

  private static String render(String template, String content) {
    try {
      return "=" + Template.parse(template).render(variables(content), NOW).chars();
    } catch (TemplateException | TemplateRefusal e) {
      return "refused";
    }
  }

  @TestFactory
  Stream<DynamicTest> namesWhatItRefusesThoughJinja2RendersIt() {
    List<DynamicTest> tests = new ArrayList<>();
    for (JsonNode golden : GOLDENS.path("refused")) {
      String template = golden.path("template").asText();
      tests.add(
          DynamicTest.dynamicTest(
              template,
              () ->
                  assertThatThrownBy(() -> Template.parse(template).render(variables(""), NOW))
                      .isInstanceOf(TemplateException.class)
                      .hasMessageStartingWith("line 1: ")
                      .hasMessageContaining(golden.path("name").asText())));
    }
    return tests.stream();
  }

  private static Map<String, Object> variables(String content) {
    @SuppressWarnings("unchecked")
    Map<String, Object> variables =
        new ObjectMapper().convertValue(GOLDENS.path("variables"), HashMap.class);
    Text text = Text.content(content);
    Map<String, Object> user = new java.util.LinkedHashMap<>();
    user.put("role", "user");
    user.put("content", text);
    Map<String, Object> assistant = new java.util.LinkedHashMap<>();
    assistant.put("role", "assistant");
    assistant.put("content", "ok");
    variables.put("content", text);
    variables.put("messages", List.of(user, assistant, user));
    return variables;
  }

  private static JsonNode goldens() {
    try (InputStream goldens = JinjaGoldenTest.class.getResourceAsStream("goldens.json")) {
      return new ObjectMapper().readTree(goldens);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
