package dev.panda.transformer.jinja;

import java.util.List;
import java.util.Map;

/** The arguments of one call, by the function's parameters. */
final class Bound {
  private final Signature signature;
  private final Object[] values;
  private final List<Object> more;
  private final Map<String, Object> named;

  /**
   * @param values Java's null if there is no argument
   */
  Bound(Signature signature, Object[] values, List<Object> more, Map<String, Object> named) {
    this.signature = signature;
    this.values = values;
    this.more = more;
    this.named = named;
  }

  /** An argument; Java's null if it was not given. */
  Object get(int index) {
    return values[index];
  }

  Object get(int index, Object absent) {
    return values[index] == null ? absent : values[index];
  }

  /** Whether an argument is none or was not given. */
  boolean isNone(int index) {
    return values[index] == null || values[index] == None.NONE;
  }

  boolean truth(int index, boolean absent) {
    return values[index] == null ? absent : Types.truth(values[index]);
  }

  long integer(int index, long absent) {
    if (values[index] == null) {
      return absent;
    }
    if (!Types.isInteger(values[index])) {
      throw unexpected(index, "an integer");
    }
    return Types.integer(values[index]);
  }

  Text text(int index) {
    if (values[index] instanceof Text text) {
      return text;
    }
    throw unexpected(index, "text");
  }

  /** An optional text; Java's null if it is none or was not given. */
  Text optionalText(int index) {
    return isNone(index) ? null : text(index);
  }

  /** An argument as Python's {@code str} has it. */
  Text str(Run run, int index) {
    return Printer.str(run, values[index]);
  }

  /** Positional arguments after those that have a parameter. */
  List<Object> more() {
    return more;
  }

  /** Named arguments that have no parameter. */
  Map<String, Object> named() {
    return named;
  }

  TemplateException unexpected(int index, String expected) {
    if (values[index] instanceof Undefined undefined) {
      return undefined.failure();
    }
    return signature.failure(
        "argument %s: %s (expected: %s)"
            .formatted(signature.parameters().get(index), Types.name(values[index]), expected));
  }
}
