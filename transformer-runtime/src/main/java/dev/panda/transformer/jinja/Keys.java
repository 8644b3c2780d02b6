package dev.panda.transformer.jinja;

import java.util.ArrayList;
import java.util.List;

/** What items of a list are ordered or grouped by: an attribute of theirs, or themselves. */
final class Keys {
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
    return folded(Attributes.path(run, item, attribute));
  }

  /** The keys of an item for attributes that commas separate. */
  ListValue all(Object item) {
    run.charge(2L * Run.ITEM);
    if (!(attribute instanceof Text names)) {
      return new ListValue(List.of(of(item)));
    }
    List<Object> keys = new ArrayList<>();
    run.scan(names);
    for (String name : names.chars().split(",", -1)) {
      run.charge(Run.ITEM);
      keys.add(folded(Attributes.path(run, item, Text.of(name))));
    }
    return new ListValue(keys);
  }

  Object folded(Object key) {
    return key instanceof Text text && !caseSensitive ? TextMethods.lower(run, text) : key;
  }
}
