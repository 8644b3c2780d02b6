package dev.panda.transformer.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.panda.transformer.chat.RenderedChat.Span;
import dev.panda.transformer.checkpoint.CheckpointException;
import dev.panda.transformer.testing.TinyTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChatTemplateTest {
  private static final List<ChatMessage> HI = List.of(new ChatMessage("user", "hi"));

  @TempDir private Path directory;

  @Test
  void findsTheTemplateOfADirectory() throws IOException {
    assertThat(ChatTemplate.open(directory)).isEmpty();
    TinyTokenizer.write(directory);
    assertThat(ChatTemplate.open(directory).orElseThrow().render(HI, true).text())
        .isEqualTo("<|im_start|>user\nhi<|im_end|>\n<|im_start|>assistant\n");
    config(
        "{\"bos_token\": {\"content\": \"<b>\"}, \"chat_template\": [{\"name\": \"tool_use\","
            + " \"template\": \"no\"}, {\"name\": \"default\", \"template\": \"{{ bos_token }}{{"
            + " eos_token }}!\"}]}");
    assertThat(ChatTemplate.open(directory).orElseThrow().render(HI, true).text())
        .isEqualTo("<b>!");
    Files.writeString(directory.resolve("chat_template.jinja"), "from a file");
    assertThat(ChatTemplate.open(directory).orElseThrow().render(HI, true).text())
        .isEqualTo("from a file");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"chat_template\": 1}",
        "{\"chat_template\": []}",
        "{\"chat_template\": [{\"name\": \"tool_use\", \"template\": \"x\"}]}"
      })
  void isFaultyIfTheConfigurationHasNoUsableTemplate(String json) throws IOException {
    config(json);
    ChatTemplate template = ChatTemplate.open(directory).orElseThrow();
    assertThat(template.fault())
        .get()
        .asString()
        .endsWith("(expected: text, or a list with a template named default)");
    assertThatThrownBy(() -> template.render(HI, true))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("tokenizer_config.json: chat_template: ");
  }

  @Test
  void refusesAConfigurationThatIsNoJson() throws IOException {
    config("{\"chat_template\"");
    assertThatThrownBy(() -> ChatTemplate.open(directory))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("tokenizer_config.json");
  }

  @Test
  void knowsTheSpecialTokensOfBothFiles() throws IOException {
    String template = "{{ bos_token }}{{ eos_token }}{{ pad_token }}{{ unk_token }}";
    config(
        "{\"eos_token\": \"<e>\", \"pad_token\": {\"content\": \"<p>\"}, \"chat_template\": \""
            + template
            + "\"}");
    Files.writeString(
        directory.resolve("special_tokens_map.json"),
        "{\"bos_token\": \"<b>\", \"eos_token\": {\"content\": \"<map>\"}, \"unk_token\":"
            + " \"<u>\"}");
    assertThat(ChatTemplate.open(directory).orElseThrow().render(HI, true).text())
        .isEqualTo("<b><map><p><u>");
    config(
        "{\"added_tokens_decoder\": {}, \"eos_token\": \"<e>\", \"chat_template\": \""
            + template
            + "\"}");
    assertThat(ChatTemplate.open(directory).orElseThrow().render(HI, true).text())
        .isEqualTo("<b><e><u>");
  }

  @Test
  void marksContentsAndNotRoles() {
    RenderedChat chat =
        template("<|{{ messages[0].role }}|>{{ messages[0].content }}<|end|>").render(HI, true);
    assertThat(chat).isEqualTo(new RenderedChat("<|user|>hi<|end|>", List.of(new Span(8, 10))));
  }

  private void config(String json) throws IOException {
    Files.writeString(directory.resolve("tokenizer.json"), "{}");
    Files.writeString(directory.resolve("tokenizer_config.json"), json);
  }

  @Test
  void refusesNoMessagesAndUnknownRoles() {
    assertThatThrownBy(() -> template("x").render(List.of(), true))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("messages: none (expected: at least one)");
    assertThatThrownBy(() -> new ChatMessage("tool", "x"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("role: tool");
    assertThatThrownBy(() -> new ChatMessage("user", null))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void saysWhyATemplateRefusesAConversation() {
    assertThatThrownBy(() -> template("{{ raise_exception('Not so.') }}").render(HI, true))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Not so.");
  }

  @Test
  void neverReadsMessagesAsTemplates() {
    String content = "{{ 7 * 7 }}{% for x in messages %}{{ x }}{% endfor %}{# c #}";
    assertThat(
            template("{{ messages[0].content }}|{{ messages[0]['content'] | trim }}")
                .render(List.of(new ChatMessage("user", content)), false)
                .text())
        .isEqualTo(content + "|" + content);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{{ messages | no_such_filter }}",
        "{{ messages | md5 }}",
        "{{ messages | render }}",
        "{% if messages is no_such_test %}x{% endif %}",
        "{{ no_such_function() }}",
        "{{ messages[0].content.no_such_method() }}",
        "{% include 'a' %}",
        "{% import 'a' as b %}",
        "{% extends 'a' %}",
        "{% block a %}{% endblock %}",
        "{{ messages | replace('a', 'b', number=1) }}",
        "{{ strftime_now('%Y', 1) }}",
      })
  void namesWhatItCannotDo(String text) {
    assertThatThrownBy(() -> template(text).render(HI, true))
        .isInstanceOf(CheckpointException.class)
        .hasMessageStartingWith("template:");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{{ messages.getClass() }}",
        "{{ ''.getClass().forName('java.lang.Runtime') }}",
        "{{ messages[0].content.class.name }}{{ ''.getBytes() }}",
        "{{ loop.getClass() }}{% for x in messages %}{{ loop.getClass() }}{% endfor %}",
        "{{ ____int3rpr3t3r____.getConfig() }}",
        "{{ messages.append(1) }}",
        "{% for x in messages %}{{ loop.doBreak() }}{% endfor %}",
      })
  void keepsTemplatesAwayFromJavaObjects(String text) {
    assertThatThrownBy(() -> template(text).render(HI, true))
        .isInstanceOf(CheckpointException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // time
        "{% for a in range(1000) %}{% for b in range(1000) %}{% for c in range(1000) %}{% endfor"
            + " %}{% endfor %}{% endfor %}",
        "{% for a in range(999) %}{% for b in range(999) %}{% for c in range(999) %}{{ a * b }}{%"
            + " endfor %}{% endfor %}{% endfor %}",
        // memory
        "{% set n = namespace(x='xxxxxxxxxx') %}{% for a in range(100) %}{% set n.x = n.x + n.x"
            + " %}{% endfor %}{{ n.x }}",
        "{% set n = namespace(x=[1]) %}{% for a in range(100) %}{% set n.x = n.x + n.x %}{% endfor"
            + " %}{{ n.x }}",
        "{% set n = namespace(x=[1]) %}{% for a in range(100) %}{% set n.x = [n.x, n.x] %}{% endfor"
            + " %}{{ n.x }}",
        "{% set n = namespace(x=[1]) %}{% for a in range(100) %}{% set n.x = {'a': n.x, 'b': n.x}"
            + " %}{% endfor %}{{ n.x | tojson }}",
        "{% for a in range(1000) %}{% for b in range(1000) %}xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx{%"
            + " endfor %}{% endfor %}",
        // depth
        "{% macro f(x) %}{{ f(x) }}{% endmacro %}{{ f(1) }}",
      })
  void stopsTemplatesThatDoNotEnd(String text) {
    long start = System.nanoTime();
    assertThatThrownBy(() -> template(text).render(HI, true))
        .isInstanceOf(CheckpointException.class);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{% no_such_tag %}",
        "{% for x in messages %}",
        "{{ messages[ }}",
        "{% do messages.append(1) %}",
        "{{ 'a }}",
        "{# comment"
      })
  void isFaultyIfItIsNotJinja(String text) {
    assertFaulty(text, "line 1: ");
  }

  @Test
  void isFaultyIfItIsLongOrDeeplyNested() {
    assertFaulty("x".repeat(100_000), "(expected: at most 65536");
    assertFaulty("{% if 1 %}".repeat(5000), "nested parts of the template: too deep");
    for (String open : List.of("(", "[", "-", "not ", "{1: ", "f(", "1 if ", "x[")) {
      assertFaulty("{{ " + open.repeat(60_000 / open.length()), "line 1: ");
    }
    for (String more : List.of(" + 1", " | d", ".x", " or 1", "()", " ** 1", " is x")) {
      assertFaulty("{{ x" + more.repeat(60_000 / more.length()) + " }}", "line 1: ");
    }
  }

  private static void assertFaulty(String text, String reason) {
    ChatTemplate template = template(text);
    assertThat(template.fault()).get().asString().contains(reason);
    assertThatThrownBy(() -> template.render(HI, true))
        .isInstanceOf(CheckpointException.class)
        .hasMessage("template: " + template.fault().orElseThrow());
  }

  @Test
  void dropsTheTagsAroundGeneratedText() {
    assertThat(template("a{% generation %}b{% endgeneration %}c").render(HI, true).text())
        .isEqualTo("abc");
  }

  private static ChatTemplate template(String text) {
    return new ChatTemplate(new ChatTemplateSource(text, "template", Map.of()));
  }
}
