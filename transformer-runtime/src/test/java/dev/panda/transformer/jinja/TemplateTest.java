package dev.panda.transformer.jinja;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.LocalDateTime;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TemplateTest {
  private static final LocalDateTime NOW = LocalDateTime.of(2026, 3, 7, 15, 4);

  @Test
  void takesJavasValues() {
    Map<String, Object> variables =
        Map.of(
            "text",
            "é",
            "number",
            3,
            "long",
            4L,
            "fraction",
            0.5,
            "truth",
            true,
            "list",
            List.of("a", Map.of("k", Collections.singletonList(null))));
    String template = "{{ [text, number, long, fraction, truth, list] }}";
    assertThat(Template.parse(template).render(variables, NOW).chars())
        .isEqualTo("['é', 3, 4, 0.5, True, ['a', {'k': [None]}]]");
    assertThatThrownBy(() -> Template.parse("x").render(Map.of("a", new Object()), NOW))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void keepsNothingFromOneRenderingToTheNext() {
    Template template =
        Template.parse(
            "{% set n = namespace(x=0) %}{% for m in range(99) %}{% set n.x = n.x + m %}{% endfor"
                + " %}{{ n.x }}{{ t | upper }}{{ y is defined }}{% set y = 1 %}");
    List<String> texts =
        IntStream.range(0, 500)
            .parallel()
            .mapToObj(i -> template.render(Map.of("t", Text.content("é" + i)), NOW).chars())
            .toList();
    for (int i = 0; i < 500; i++) {
      assertThat(texts.get(i)).isEqualTo("4851É" + i + "False");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "'a\n{{ b.c }}', 2, b is undefined",
    "'{# \n #}\n{{ 1 | nope }}', 3, no filter nope",
    "'{% if 1 %}\n\n{{ 1 + ''a'' }}{% endif %}', 3, int and str",
    "'{{ ''a\nb'' }}\n{{ ''a'' | replace(''b'') }}', 3, replace: no argument new",
    "'\n\n{{ x | trim(y=1) }}', 3, trim: unexpected argument y",
    "'\n\n{{ (1, }}', 3, 'unexpected }'",
    "'\n\n{% endif %}', 3, unknown tag endif",
    "'\n{{ namespace(a=1).b.c }}', 2, namespace object has no attribute 'b'",
  })
  void failuresNameTheLineAndTheReason(String template, int line, String reason) {
    assertThatThrownBy(() -> Template.parse(template).render(Map.of(), NOW))
        .isInstanceOf(TemplateException.class)
        .hasMessageStartingWith("line " + line + ": ")
        .hasMessageContaining(reason);
  }

  @Test
  void aLongConversationMayCostMore() {
    Template template = Template.parse("{% for c in t %}{{ c ~ c }}{% endfor %}");
    assertThat(template.render(Map.of("t", "x".repeat(400_000)), NOW).chars()).hasSize(800_000);
    Text few = Text.content("x");
    assertThatThrownBy(
            () ->
                Template.parse(
                        "{% for a in range(99999) %}{% for b in range(99) %}{% endfor %}{% endfor"
                            + " %}")
                    .render(Map.of("t", few), NOW))
        .isInstanceOf(LimitException.class)
        .hasMessageStartingWith("line 1: ");
  }
}
