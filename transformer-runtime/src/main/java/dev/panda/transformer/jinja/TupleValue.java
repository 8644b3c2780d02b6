package dev.panda.transformer.jinja;

import java.util.List;

/**
 * A Python tuple.
 *
 * @param fields names of its items, if it is a named tuple; else empty
 */
record TupleValue(List<Object> items, List<String> fields) {

  static TupleValue of(Object... items) {
    return new TupleValue(List.of(items), List.of());
  }

  static TupleValue of(List<Object> items) {
    return new TupleValue(items, List.of());
  }
}
