package dev.panda.transformer.jinja;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Templates that ask for too much, each rendered in a small heap: a limit stops every one. */
class TemplateBombsTest {
  private static final String HEAP = "-Xmx128m";
  private static final String TEXT = "{% set x = 'x' * 1000000 %}";
  private static final String LOOPS = "{% for a in range(99999) %}{% for b in range(99999) %}";
  private static final String END = "{% endfor %}{% endfor %}";
  private static final String NAME = "n".repeat(9_999);
  private static final String PARAMETERS =
      IntStream.range(0, 7_999).mapToObj(i -> "p" + i).collect(Collectors.joining(","));
  private static final String CHARACTERS = "characters";
  private static final String DEPTH = "too deep";

  private static final Map<String, String> BOMBS = bombs();

  private static Map<String, String> bombs() {
    Map<String, String> bombs = new LinkedHashMap<>();
    for (String value :
        List.of(
            "'x' * 10**9",
            "'🙂' * 10**9",
            "10**9 * 'x'",
            "[0] * 10**9",
            "(1,) * 10**9",
            "'x' | center(10**9)",
            "'x'.ljust(10**9)",
            "'1'.zfill(10**9)",
            "'x\\nx' | indent(10**9)",
            "[1] | tojson(indent=10**9)",
            "[1] | batch(10**9, 'x') | list",
            "[1] | slice(10**9) | list",
            "range(99999) | join('x' * 9999)",
            "('x' * 9999) | replace('x', 'y' * 9999)",
            "('x' * 9999).replace('', 'y' * 9999)",
            "('x' * 9999).join(('y' * 9999) | list)",
            "('<' * 9999999) | e",
            "('\u0001' * 9999999) | tojson",
            "['\u0001' * 9999999]",
            "('ß' * 9999999).upper()",
            "('x ' * 4999999).split()",
            "('x\\n' * 4999999).splitlines()",
            "('x' * 9999999) | list",
            "('{0}' * 9999).format('x' * 9999)",
            "('%(x)s' * 9999) % {'x': 'y' * 9999}",
            "('%9999d' * 9999) % ((1,) * 9999)",
            "'🙂' * 9999999 ~ 'x' * 9999999")) {
      bombs.put("{{ " + value + " }}", CHARACTERS);
    }
    for (String grown :
        List.of(
            "n.x + n.x",
            "n.x ~ n.x",
            "n.x * 2",
            "[n.x, n.x] | string",
            "n.x | replace('x', 'xx')",
            "(n.x, n.x) | tojson",
            "'%s%s' % (n.x, n.x)",
            "'{0}{0}'.format(n.x)",
            "n.x | e ~ n.x")) {
      bombs.put(grow("'x'", grown) + "{{ n.x }}", CHARACTERS);
    }
    for (String grown : List.of("n.x + n.x", "[n.x, n.x]", "{'a': n.x, 'b': n.x}", "(n.x, n.x)")) {
      String start = grown.startsWith("(") ? "(1,)" : "[1]";
      String use = "{{ n.x == n.x | list }}{{ n.x | string }}{{ n.x | tojson }}";
      bombs.put(grow(start, grown) + use, "at most");
      bombs.put(
          grow(start, grown)
              + grow(start, grown).replace("n.x", "m.x").replace("set n ", "set m ")
              + "{{ n.x == m.x }}",
          "at most");
    }
    bombs.put(grow("(1,)", "(n.x, n.x)") + "{{ {n.x: 1} }}", "at most");
    bombs.put(grow("[1]", "[n.x]") + "{{ n.x }}", DEPTH);
    bombs.put("{% set n = namespace() %}{% set n.n = n %}{{ n }}", DEPTH);
    bombs.put("{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}", DEPTH);
    bombs.put(
        "{% macro f(x) %}{{ g(x) }}{% endmacro %}{% macro g(x) %}{{ f(x) }}{% endmacro %}{{ f(1)"
            + " }}",
        DEPTH);
    bombs.put("{% for x in [1] recursive %}{{ loop([1]) }}{% endfor %}", DEPTH);
    bombs.put(
        "{% macro f() %}{{ caller }}{% call f() %}{% endcall %}{% endmacro %}{{ f() }}", DEPTH);
    bombs.put("{{ range(10**9) }}", "range");
    bombs.put("{{ ('9' * 500) | int }}", "a number of 500 characters");
    bombs.put("{{ 2 ** 10**9 }}", "64 bits");
    bombs.put("{{ strftime_now('%c' * 999) }}", "strftime_now");
    bombs.put("{{ ('{0' ~ '.a' * 99999 ~ '}').format(1) }}", "format");
    bombs.put(LOOPS + END, "at most");
    bombs.put(LOOPS + "{{ a * b }}" + END, "at most");
    bombs.put(
        LOOPS + "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx" + END,
        CHARACTERS);
    for (String kept :
        List.of(
            "1 | attr(x)",
            "{}[x]",
            "m()",
            NAME,
            "1." + NAME,
            "range(1) | map('select', 'x', *l)",
            "strftime_now('%99A' * 50)")) {
      String set =
          "{%% set l = [1] * 300000 %%}{%% macro m(%s) %%}{%% endmacro %%}".formatted(PARAMETERS);
      String keep = "{% for i in range(99999) %}{% set n.x = [n.x, " + kept + "] %}{% endfor %}";
      bombs.put(TEXT + "{% set n = namespace() %}" + set + keep, "at most");
    }
    bombs.put("{{ [1] | map(attribute='.a' * 4000000) | list }}", CHARACTERS);
    bombs.put("{{ [1] | map(attribute='.a' * 4000000, default=1) | list }}", CHARACTERS);
    bombs.put("{{ [1] | sort(attribute=',' * 8000000) }}", CHARACTERS);
    String deep = grow("[1]", "[n.x, n.x]").replace("999", "60");
    for (String hashed : List.of("n.x.count", "{1: n.x}.values()")) {
      bombs.put(deep + "{{ {" + hashed + ": 1} }}", "");
    }
    bombs.put(deep + "{{ {1: 1}[n.x:] }}{{ 1 + 'x' }}", "");
    for (String slow :
        List.of(
            "'y' in x",
            "x.find('y')",
            "x.split('y')",
            "x.splitlines()",
            "x.replace('y', '')",
            "x | upper",
            "x | title",
            "x.swapcase()",
            "x.count('y')",
            "x == y",
            "x < y",
            "x.strip('x')",
            "x | trim",
            "x.isalpha()",
            "x is upper",
            "x.partition('y')",
            "x.rsplit('y')",
            "(x ~ '🙂')[999999]",
            "x.startswith('x', 1)",
            "x[1:]",
            "x | reverse",
            "range(99999) == range(99999)",
            "1e-300 | string",
            "99999 in range(99999)",
            "'%.9999f' % 1e-300",
            "[0] | map(attribute=x) | list",
            "range(9999) | sort | list",
            "range(9999) | unique | list",
            "([[1]] * 9999) | groupby(0)",
            "'%s' % x",
            "x | string | length",
            "d == d | list",
            "d.items()",
            "w in x",
            "x.find(w)",
            "x.rfind(v)",
            "x.count(w)",
            "x.replace(w, '')",
            "x.split(w)",
            "x.rsplit(v)",
            "x.partition(w)",
            "x.rpartition(v)",
            "x.isascii()",
            "x.removeprefix(y)",
            "x.removesuffix(y)",
            "k.get(y)",
            "k[y]",
            "y in k",
            "o[y]",
            "o | attr(y)",
            "f % k",
            "x | safe | length",
            "x[::999999]",
            "l == l + []",
            "l < l + []")) {
      String set =
          "{% set y = 'x' ~ x[1:] %}{% set d = {'a': x} %}{% set w = 'x' * 300000 ~ 'y' %}"
              + "{% set v = 'y' ~ 'x' * 300000 %}{% set k = {x: 1} %}{% set l = [1] * 99999 %}"
              + "{% set o = namespace(**k) %}{% set f = '%(' ~ x ~ ')s' %}";
      bombs.put(TEXT + set + LOOPS + "{% if " + slow + " %}{% endif %}" + END, "at most");
    }
    return bombs;
  }

  private static String grow(String start, String grown) {
    return "{% set n = namespace(x="
        + start
        + ") %}{% for a in range(999) %}{% set n.x = "
        + grown
        + " %}{% endfor %}";
  }

  @Test
  void aLimitStopsEveryOneInASmallHeap() throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                System.getProperty("java.home") + "/bin/java",
                HEAP,
                "-cp",
                System.getProperty("java.class.path"),
                TemplateBombsTest.class.getName())
            .redirectErrorStream(true)
            .start();
    try {
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
      assertThat(output).endsWith(BOMBS.size() + " bombs stopped\n");
    } finally {
      process.destroyForcibly();
    }
  }

  /** Renders all bombs, and says which are not stopped by the limit that they should meet. */
  public static void main(String[] arguments) {
    int stopped = 0;
    for (Map.Entry<String, String> bomb : BOMBS.entrySet()) {
      long start = System.nanoTime();
      String end = end(bomb.getKey());
      boolean expected = end.startsWith("line 1: ") && end.contains(bomb.getValue());
      stopped += expected ? 1 : 0;
      if (!expected || arguments.length > 0) {
        String template = bomb.getKey().substring(0, Math.min(150, bomb.getKey().length()));
        long millis = (System.nanoTime() - start) / 1_000_000;
        System.out.println(millis + " ms: " + template + ": " + end);
      }
    }
    System.out.println(stopped + " bombs stopped");
  }

  private static String end(String template) {
    try {
      Text text = Template.parse(template).render(Map.of(), LocalDateTime.of(2026, 3, 7, 15, 4));
      return "rendered, " + text.chars().length();
    } catch (TemplateException e) {
      return e.getMessage();
    } catch (OutOfMemoryError e) {
      return e.toString();
    }
  }
}
