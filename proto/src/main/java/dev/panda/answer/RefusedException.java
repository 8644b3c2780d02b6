package dev.panda.answer;

/** A request that the service refuses; the message is {@code field: value (expected: …)}. */
public final class RefusedException extends RuntimeException {
  private static final long serialVersionUID = 1;
  private static final int LONGEST_VALUE = 80;

  private final Reason reason;
  private final String field;
  private final String value;
  private final String expected;

  /**
   * Says what is wrong with a request.
   *
   * @param field path of the offending field from the request's root, such as {@code open.k}
   * @param value what the client sent; a long value is cut
   * @param expected what the service would accept
   */
  public RefusedException(Reason reason, String field, Object value, String expected) {
    super("%s: %s (expected: %s)".formatted(field, cut(value), expected));
    this.reason = reason;
    this.field = field;
    this.value = cut(value);
    this.expected = expected;
  }

  public static RefusedException field(String field, Object value, String expected) {
    return new RefusedException(Reason.FIELD_INVALID, field, value, expected);
  }

  /**
   * Refuses a message of a stream that comes out of turn.
   *
   * @param kind the kind of message that came
   * @param expected the kind that may come now
   */
  public static RefusedException outOfOrder(String kind, String expected) {
    return new RefusedException(Reason.MESSAGE_OUT_OF_ORDER, "kind", kind, expected);
  }

  private static String cut(Object value) {
    String text = String.valueOf(value);
    if (text.length() <= LONGEST_VALUE) {
      return text;
    }
    boolean splitsPair = Character.isHighSurrogate(text.charAt(LONGEST_VALUE - 1));
    return text.substring(0, splitsPair ? LONGEST_VALUE - 1 : LONGEST_VALUE) + "…";
  }

  public Reason reason() {
    return reason;
  }

  public String field() {
    return field;
  }

  public String value() {
    return value;
  }

  public String expected() {
    return expected;
  }
}
