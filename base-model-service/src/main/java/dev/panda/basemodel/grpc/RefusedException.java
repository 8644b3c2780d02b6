package dev.panda.basemodel.grpc;

/** A request that cannot be served as it is; the message is {@code field: value (expected: …)}. */
final class RefusedException extends RuntimeException {
  private static final long serialVersionUID = 1;
  private static final int LONGEST_VALUE = 80;

  private final Reason reason;
  private final String field;
  private final String value;
  private final String expected;

  /**
   * @param field path of the offending field from the request's root, such as {@code open.k}
   * @param value what was sent, cut where it is long
   * @param expected what would be accepted
   */
  RefusedException(Reason reason, String field, Object value, String expected) {
    super("%s: %s (expected: %s)".formatted(field, cut(value), expected));
    this.reason = reason;
    this.field = field;
    this.value = cut(value);
    this.expected = expected;
  }

  static RefusedException field(String field, Object value, String expected) {
    return new RefusedException(Reason.FIELD_INVALID, field, value, expected);
  }

  private static String cut(Object value) {
    String text = String.valueOf(value);
    if (text.length() <= LONGEST_VALUE) {
      return text;
    }
    boolean splitsPair = Character.isHighSurrogate(text.charAt(LONGEST_VALUE - 1));
    return text.substring(0, splitsPair ? LONGEST_VALUE - 1 : LONGEST_VALUE) + "…";
  }

  Reason reason() {
    return reason;
  }

  String field() {
    return field;
  }

  String value() {
    return value;
  }

  String expected() {
    return expected;
  }
}
