package dev.panda.transformer.jinja;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The values with which a function is called. */
record Arguments(List<Object> positional, Map<String, Object> named) {

  static Arguments of(Object... positional) {
    return new Arguments(List.of(positional), Map.of());
  }

  /** These arguments after another one. */
  Arguments after(Object first) {
    List<Object> all = new ArrayList<>(positional.size() + 1);
    all.add(first);
    all.addAll(positional);
    return new Arguments(all, named);
  }

  /** All positional arguments from an index. */
  Arguments from(int index) {
    return new Arguments(positional.subList(index, positional.size()), named);
  }

  /** These arguments and a named one. */
  Arguments with(String name, Object value) {
    Map<String, Object> more = new LinkedHashMap<>(named);
    more.put(name, value);
    return new Arguments(positional, more);
  }
}
