package dev.panda.transformer.jinja;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.LocalDateTime;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The largest and smallest integers as indices, steps and widths; the results are jinja2's. */
class ExtremesTest {
  private static final LocalDateTime NOW = LocalDateTime.of(2026, 3, 7, 15, 4);
  private static final String MOST = "9223372036854775807";
  private static final String LEAST = "(-9223372036854775807 - 1)";

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '"',
      value = {
        "[1, 2][1::MOST]; [2]",
        "[1, 2][::LEAST]; [2]",
        "'ab'[1::MOST]; b",
        "'aé🙂b'[::LEAST]; b",
        "'aé🙂b'[::MOST]; a",
        "[1, 2][LEAST:MOST]; [1, 2]",
        "'ab'[MOST:LEAST:-1]; ba",
        "range(3)[::10]; range(0, 3, 10)",
        "range(3)[::-1] | list; [2, 1, 0]",
        "range(MOST - 2, MOST) | list; [9223372036854775805, 9223372036854775806]",
        "range(4611686018427387904, 4611686018427387906) | last; 4611686018427387905",
        "range(0, MOST, 4611686018427387904) | list; [0, 4611686018427387904]",
        "range(0, -3, -2) | list; [0, -2]",
        "range(3, 0) | list; []",
        "'x' | truncate(MOST); x",
        "'x'.center(LEAST); x",
        "'-1'.zfill(LEAST); -1",
        "'ab'.find('b', LEAST, MOST); 1",
        "'ab'.rfind('', 1, MOST); 2",
        "'ab'.find('b', 3); -1",
        "'abab'.rfind('ab', 0, 3); 0",
        "'abab'.find('ab', 1, 3); -1",
        "'ab'.split('b', MOST); ['a', '']",
        "2.5 | round(LEAST); 0.0"
      })
  void areTakenAsPythonTakesThem(String expression, String expected) {
    assertThat(render(expression)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "'range(0, MOST, 4611686018427387904)[:]', range of numbers that do not fit",
    "MOST + 1, a sum",
    "-LEAST, the opposite",
    "LEAST // -1, a quotient",
    "LEAST | abs, an absolute value"
  })
  void areRefusedIfAResultHasMoreThan64Bits(String expression, String what) {
    assertThatThrownBy(() -> render(expression))
        .as(what)
        .isInstanceOf(TemplateException.class)
        .hasMessageContaining("64 bits");
  }

  @Test
  void anUnexpectedFailureIsTheTemplates() {
    Template template = Template.parse("{{ strftime_now('%Y') }}");
    assertThatThrownBy(() -> template.render(Map.of(), null))
        .isInstanceOf(TemplateException.class)
        .hasMessageStartingWith("line 1: unexpected: java.lang.NullPointerException");
  }

  private static String render(String expression) {
    String template = "{{ " + expression.replace("MOST", MOST).replace("LEAST", LEAST) + " }}";
    return Template.parse(template).render(Map.of(), NOW).chars();
  }
}
