package dev.panda.transformer.jinja;

import java.util.ArrayList;
import java.util.List;

/** What items of a list are ordered or grouped by: an attribute of theirs, or themselves. */
final class Keys {
  private static final Text COMMA = Text.of(",");

  private final Run run;
  private final Object attribute;
  private final boolean caseSensitive;

  /**
   * @param attribute the path of an attribute, or none
   */
  Keys(Run run, Object attribute, boolean caseSensitive) {
    this.run = run;
    this.attribute = attribute;
    this.caseSensitive = caseSensitive;
  }

  Object of(Object item) {
    return of(item, attribute);
  }

  private Object of(Object item, Object path) {
    return folded(Attributes.path(run, item, path));
  }

  /** The keys of an item for attributes that commas separate. */
  ListValue all(Object item) {
    run.charge(2L * Run.ITEM);
    if (!(attribute instanceof Text names)) {
      return new ListValue(List.of(of(item)));
    }
    List<Object> keys = new ArrayList<>();
    for (Object name : Splitting.split(run, names, COMMA, -1)) {
      keys.add(of(item, name));
    }
    return new ListValue(keys);
  }

  Object folded(Object key) {
    return key instanceof Text text && !caseSensitive ? TextMethods.lower(run, text) : key;
  }
}
