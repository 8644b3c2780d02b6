package dev.panda.transformer.chat;

import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import com.hubspot.jinjava.lib.filter.Filter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Jinja's {@code items}: the pairs of a mapping. */
final class ItemsFilter implements Filter {

  @Override
  public String getName() {
    return "items";
  }

  @Override
  public Object filter(Object value, JinjavaInterpreter interpreter, String... arguments) {
    return value instanceof Map<?, ?> map ? items(map) : List.of();
  }

  static List<Object> items(Map<?, ?> map) {
    return new ArrayList<>(map.entrySet());
  }
}
