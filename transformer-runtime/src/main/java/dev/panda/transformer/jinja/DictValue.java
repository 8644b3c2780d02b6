package dev.panda.transformer.jinja;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A Python dict; templates cannot change it once it is made. */
final class DictValue {
  private record Entry(Object key, Object value) {}

  private final Map<Object, Entry> entries = new LinkedHashMap<>();

  static DictValue of(Run run, Map<String, Object> named) {
    DictValue dict = new DictValue();
    named.forEach((key, value) -> dict.put(run, Text.of(key), value));
    return dict;
  }

  void put(Run run, Object key, Object value) {
    run.charge(Run.ITEM);
    Object hashed = hashed(run, key);
    Entry known = entries.get(hashed);
    entries.put(hashed, new Entry(known == null ? key : known.key(), value));
  }

  void putAll(Run run, DictValue other) {
    other.entries.values().forEach(entry -> put(run, entry.key(), entry.value()));
  }

  /** The value of a key; Java's null if the key is not there. */
  Object get(Run run, Object key) {
    Entry entry = entries.get(hashed(run, key));
    return entry == null ? null : entry.value();
  }

  int size() {
    return entries.size();
  }

  List<Object> keys() {
    return new ArrayList<>(entries.values().stream().map(Entry::key).toList());
  }

  List<Object> values() {
    return new ArrayList<>(entries.values().stream().map(Entry::value).toList());
  }

  /** Tuples of key and value. */
  List<Object> items() {
    Collection<Entry> all = entries.values();
    List<Object> items = new ArrayList<>(all.size());
    all.forEach(entry -> items.add(TupleValue.of(entry.key(), entry.value())));
    return items;
  }

  /** Turns a key into a Java object that equals those of all keys that are equal in Python. */
  static Object hashed(Run run, Object key) {
    run.step();
    if (key instanceof Boolean truth) {
      return truth ? 1L : 0L;
    }
    if (key instanceof Double number && number == Math.rint(number) && Math.abs(number) < 1e18) {
      return number.longValue();
    }
    if (key instanceof TupleValue tuple) {
      run.charge((long) Run.ITEM * tuple.items().size());
      List<Object> hashed = new ArrayList<>();
      run.deeper(() -> tuple.items().forEach(item -> hashed.add(hashed(run, item))));
      return hashed;
    }
    if (key instanceof Text text) {
      run.scan(text);
    }
    if (!isKey(key)) {
      throw new TemplateException("unhashable type: " + Types.name(key));
    }
    return key instanceof Undefined ? Undefined.class : key;
  }

  /** Whether a value may be a key: fewer types than Python's, as Java would hash all they hold. */
  static boolean isKey(Object value) {
    return value instanceof Text
        || Types.isNumber(value)
        || value == None.NONE
        || value instanceof TupleValue
        || value instanceof Undefined;
  }
}
