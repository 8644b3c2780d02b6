package dev.panda.orchestrator.serving.generation;

/** A request that cannot be served as it is; the message is {@code field: value (expected: …)}. */
public final class RefusedException extends RuntimeException {
  private static final long serialVersionUID = 1;
  private static final int LONGEST_VALUE = 80;

  private final Refusal refusal;
  private final String field;
  private final String value;
  private final String expected;

  /** Why a request is refused. */
  public enum Refusal {
    FIELD_INVALID,
    PREFERENCE_NOT_SERVED,
    TOKENIZERS_DIFFER,
    MESSAGE_TOO_LARGE,
    MESSAGE_UNREADABLE,
    /** As many generations as may be are under way. */
    BUSY,
    /** The client left what it was sent unread. */
    RESPONSE_NOT_READ
  }

  /**
   * Says what is wrong.
   *
   * @param field path of the offending field from the request's root, such as {@code lambdas[0]}
   * @param value what was sent, cut where it is long
   * @param expected what would be accepted
   */
  public RefusedException(Refusal refusal, String field, Object value, String expected) {
    super("%s: %s (expected: %s)".formatted(field, cut(value), expected));
    this.refusal = refusal;
    this.field = field;
    this.value = cut(value);
    this.expected = expected;
  }

  public static RefusedException field(String field, Object value, String expected) {
    return new RefusedException(Refusal.FIELD_INVALID, field, value, expected);
  }

  private static String cut(Object value) {
    String text = String.valueOf(value);
    if (text.length() <= LONGEST_VALUE) {
      return text;
    }
    boolean splitsPair = Character.isHighSurrogate(text.charAt(LONGEST_VALUE - 1));
    return text.substring(0, splitsPair ? LONGEST_VALUE - 1 : LONGEST_VALUE) + "…";
  }

  public Refusal refusal() {
    return refusal;
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
