package dev.panda.transformer.jinja;

/**
 * A piece of a template.
 *
 * @param value the piece; of a literal, the text or number that it stands for
 */
record Token(Kind kind, Object value, int line) {
  enum Kind {
    DATA,
    PRINT_BEGIN,
    PRINT_END,
    TAG_BEGIN,
    TAG_END,
    NAME,
    TEXT,
    NUMBER,
    OPERATOR,
    END
  }

  boolean is(String operatorOrName) {
    return (kind == Kind.OPERATOR || kind == Kind.NAME) && value.equals(operatorOrName);
  }

  @Override
  public String toString() {
    return switch (kind) {
      case END -> "the end of the template";
      case TAG_END -> "%}";
      case PRINT_END -> "}}";
      default -> String.valueOf(value);
    };
  }
}
