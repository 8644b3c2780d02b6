package dev.panda.transformer.jinja;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.time.LocalDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Which characters of a rendered text come from outside the template: those in angle quotes. */
class ProvenanceTest {
  private static final String CONTENT = "  Ab,c <1>\n'é🙂' ";

  static Stream<org.junit.jupiter.params.provider.Arguments> renderings() {
    return Stream.of(
        arguments("x{{ c }}y", "x«  Ab,c <1>\n'é🙂' »y"),
        arguments("{{ c | trim }}|{{ c.strip() ~ '!' }}", "«Ab,c <1>\n'é🙂'»|«Ab,c <1>\n'é🙂'»!"),
        arguments("{{ c[2:4] }}{{ c[2] }}{{ c[-3] }}{{ c[4:1:-1] }}", "«AbA🙂,bA»"),
        arguments("{{ '<' + c[2:4] + '>' }}{{ c[2:4] * 2 }}{{ 'x' * 2 }}", "<«Ab»>«AbAb»xx"),
        arguments(
            "{{ c[2:6] | replace('b', '--') }}|{{ 'abca' | replace('a', c[2]) }}",
            "«A»--«,c»|«A»bc«A»"),
        arguments(
            "{{ c[2:6].split(',') | join('+') }}|{{ c[2].join(['x', 'y']) }}", "«Ab»+«c»|x«A»y"),
        arguments(
            "{{ c[2:6] | upper }}{{ ('<a>' ~ c[2:4]) | lower }}{{ ('ß' ~ c[2]) | upper }}{{ 'ß' |"
                + " upper }}",
            "«AB,C»<a>«abSSA»SS"),
        arguments("{{ c[8:10] | e }}{{ '<' | e }}{{ (c[2] | safe) + '<' }}", "«1&gt;»&lt;«A»&lt;"),
        arguments(
            "{{ [c[11:14]] }}{{ {'k': c[2]} }}{{ (c[10],) }}",
            "[\"«'é🙂»\"]{'k': '«A»'}('«\\n»',)"),
        arguments(
            "{{ [c[8:14]] | tojson }}{{ {c[2]: 1} | tojson(indent=1) }}",
            "[\"«1>\\n'é🙂»\"]{\n \"«A»\": 1\n}"),
        arguments(
            "{{ '%s:%r' % (c[2], c[3]) }}{{ '{}-{!r}'.format(c[2], c[3]) }}{{ c[2] | format }}",
            "«A»:'«b»'«A»-'«b»'«A»"),
        arguments(
            "{{ '%3s|%-3s' % (c[2], c[2]) }}{{ '{:*^3}'.format(c[2]) }}{{ c[2].center(3) }}{{ c[2]"
                + " | center(3) }}",
            "  «A»|«A»  *«A»* «A»  «A» "),
        arguments(
            "{{ c[2:4] | list }}{{ c[2:4] | reverse }}{{ c | first }}{{ c[2:4] | last }}",
            "['«A»', '«b»']«bA b»"),
        arguments(
            "{% for x in c[2:4] %}{{ x }}-{% endfor %}{% set y = c[2] %}{{ y }}{% set z %}<{{ y"
                + " }}>{% endset %}{{ z }}",
            "«A»-«b»-«A»<«A»>"),
        arguments(
            "{% macro m(x) %}[{{ x }}{{ caller() }}]{% endmacro %}{% call m(c[2]) %}{{ c[3] }}!{%"
                + " endcall %}",
            "[«Ab»!]"),
        arguments(
            "{% filter upper %}a{{ c[3] }}{% endfilter %}{% with x = c[2] %}{{ x }}{% endwith %}{%"
                + " generation %}{{ c[2] }}.{% endgeneration %}",
            "A«BA»«A»."),
        arguments(
            "{% set n = namespace(t='') %}{% for m in messages %}{% set n.t = n.t + m.content[2] +"
                + " m.role %}{% endfor %}{{ n.t }}",
            "«A»user«A»user"),
        arguments(
            "{{ messages | map(attribute='content') | map('trim') | join('|') | length }}{{ c |"
                + " length }}",
            "2716"),
        arguments(
            "{{ (c[2:4] ~ '\n"
                + "' ~ c[3]) | indent(1, true) }}{{ c[2:6] | truncate(3, true, '~', 0) }}",
            " «Ab»\n «b»«Ab»~"),
        arguments(
            "{{ c[2:4] | default('x') }}{{ '' | default(c[2], true) }}{{ c[2] if true }}{{ '' or"
                + " c[2] }}{{ c[2:4] | title }}",
            "«AbAAAAb»"),
        arguments(
            "{{ c.partition(',')[0].lstrip() }}{{ c.splitlines()[0][2:4] }}{{"
                + " c[2:4].removeprefix('A') }}{{ c.rsplit(',')[0][2:] }}",
            "«AbAbbAb»"),
        arguments(
            "{{ [c[3], c[2]] | sort | join }}{{ c[2:4] | unique | join }}{{ [c[3], c[2]] | min }}{{"
                + " messages | groupby('content') | map(attribute='list') | first | length }}",
            "«AbAbA»2"),
        arguments(
            "{{ 'it is A' if c[2] == 'A' }}{{ c.find('b') }}{{ 'b' in c }}{{ c[2].isupper() }}{{"
                + " messages[0].role }}",
            "it is A3TrueTrueuser"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("renderings")
  void marksWhatComesFromOutside(String template, String expected) {
    Text text = Template.parse(template).render(variables(), LocalDateTime.of(2026, 3, 7, 15, 4));
    StringBuilder marked = new StringBuilder(text.chars());
    List<int[]> contents = text.contents();
    for (int i = contents.size() - 1; i >= 0; i--) {
      marked.insert(contents.get(i)[1], "»").insert(contents.get(i)[0], "«");
    }
    assertThat(marked.toString().replace("»«", "")).isEqualTo(expected.replace("»«", ""));
  }

  private static Map<String, Object> variables() {
    Text content = Text.content(CONTENT);
    Map<String, Object> message = new LinkedHashMap<>();
    message.put("role", "user");
    message.put("content", content);
    return Map.of("c", content, "messages", List.of(message, message));
  }
}
