package dev.panda.transformer.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Turns Java's values into those of templates, and counts their characters. */
final class Values {
  /** Parts of values cost as much as that many characters. */
  private static final int PART = 16;

  private final Run unlimited = Run.unlimited();
  private long characters;

  long characters() {
    return characters;
  }

  Object of(Object value) {
    characters += PART;
    if (value == null) {
      return None.NONE;
    } else if (value instanceof String text) {
      return of(Text.of(text));
    } else if (value instanceof Text text) {
      characters += text.chars().length();
      return text;
    } else if (value instanceof Integer number) {
      return number.longValue();
    } else if (value instanceof List<?> list) {
      List<Object> items = new ArrayList<>();
      list.forEach(item -> items.add(of(item)));
      return new ListValue(items);
    } else if (value instanceof Map<?, ?> map) {
      DictValue dict = new DictValue();
      map.forEach((key, item) -> dict.put(unlimited, Text.of((String) key), of(item)));
      return dict;
    } else if (value instanceof Boolean || value instanceof Long || value instanceof Double) {
      return value;
    }
    throw new IllegalArgumentException(
        "value: " + value.getClass() + " (expected: text, a number, a list or a map)");
  }
}
