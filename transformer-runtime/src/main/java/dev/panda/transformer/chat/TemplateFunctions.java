package dev.panda.transformer.chat;

import com.hubspot.jinjava.lib.fn.ELFunctionDefinition;
import java.lang.reflect.Method;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The functions that Hugging Face adds to Jinja. */
final class TemplateFunctions {
  /** Java's pattern for each directive of Python's {@code strftime}. */
  private static final Map<Character, String> DATE_PATTERNS =
      Map.ofEntries(
          Map.entry('Y', "uuuu"),
          Map.entry('y', "uu"),
          Map.entry('m', "MM"),
          Map.entry('B', "MMMM"),
          Map.entry('b', "MMM"),
          Map.entry('d', "dd"),
          Map.entry('j', "DDD"),
          Map.entry('A', "EEEE"),
          Map.entry('a', "EEE"),
          Map.entry('H', "HH"),
          Map.entry('I', "hh"),
          Map.entry('M', "mm"),
          Map.entry('S', "ss"),
          Map.entry('p', "a"));

  private TemplateFunctions() {}

  static List<ELFunctionDefinition> all() {
    return List.of(
        definition("raise_exception", "raiseException", Object.class),
        definition("strftime_now", "now", String.class));
  }

  private static ELFunctionDefinition definition(String name, String method, Class<?> parameter) {
    try {
      Method function = TemplateFunctions.class.getDeclaredMethod(method, parameter);
      function.setAccessible(true);
      return new ELFunctionDefinition("", name, function);
    } catch (NoSuchMethodException e) {
      throw new IllegalStateException(method + ": missing (expected: in this class)", e);
    }
  }

  /** Called by templates: refuses the conversation. */
  static Object raiseException(Object message) {
    throw new TemplateRefusal(String.valueOf(message));
  }

  /** Called by templates: formats the current time in the machine's time zone. */
  static String now(String format) {
    return format(format, LocalDateTime.now(ZoneId.systemDefault()));
  }

  static String format(String format, LocalDateTime time) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < format.length(); i++) {
      char character = format.charAt(i);
      if (character != '%' || i + 1 == format.length()) {
        text.append(character);
        continue;
      }
      char directive = format.charAt(++i);
      if (directive == '%') {
        text.append('%');
        continue;
      }
      String pattern = DATE_PATTERNS.get(directive);
      if (pattern == null) {
        throw new IllegalStateException(
            "strftime_now: %" + directive + " (expected: one of " + DATE_PATTERNS.keySet() + ")");
      }
      text.append(DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH).format(time));
    }
    return text.toString();
  }
}
